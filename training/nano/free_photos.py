"""Photographs that everybody may have: those among the wallpapers and examples of Debian 12's packages, whose licences are free (each
package's `copyright` file names them). `python3 -m nano.free_photos --out DIR` downloads the packages (400 MB), without installing them,
and keeps the photographs at the size that training reads. Chosen by eye: no drawings, no renders, none that the project's
own photographs have too."""
import argparse
import glob
import os
import subprocess
import tempfile

import cv2

from .photos import LARGEST_SIDE

EXAMPLES = "usr/share/doc/opencv-doc/examples"
# package -> pattern of the files -> their names, without the ending; * for all
PHOTOS = {
    "mate-backgrounds": {"usr/share/backgrounds/mate/nature/{}.jpg": ["*"]},
    "lomiri-wallpapers-16.04": {"usr/share/backgrounds/{}.jpg": [
        "Bridge_by*", "Dragonfly_by*", "Picture_0B*", "Picture_1A*", "Wine_by*", "aitzgorri_by*", "free_by*", "friends_by*", "greentock_by*", "life_by*",
        "picosdeeuropa_by*", "seeding_by*", "sunset_by*"]},
    "lomiri-wallpapers-20.04": {"usr/share/backgrounds/{}.jpg": ["Kleiber_by*"]},
    "lxqt-themes": {"usr/share/lxqt/wallpapers/{}.*": [
        "Butterfly-Kenneth-Wimer", "Valendas", "after-the-rain", "appleflower", "beam", "butterfly", "cloud", "drop", "flowers", "fog", "this-is-not-windows"]},
    "plasma-workspace-wallpapers": {"usr/share/wallpapers/{}/contents/images/2560x1600.jpg": [
        "BytheWater", "ColdRipple", "ColorfulCups", "EveningGlow", "FallenLeaf", "Grey", "Kite", "OneStandsOut", "Path"]},
    "hugin-data": {"usr/share/hugin/xrc/data/help_en_EN/{}.jpg": ["CA_fringes00", "CA_tCA00", "Medinet_habu_horizontal_stereographic"]},
    "opencv-doc": {
        EXAMPLES + "/data/{}.*": ["aero1", "aero3", "aloeR", "basketball2", "board", "building", "ela_original", "graf1", "left", "leuvenA", "leuvenB"],
        EXAMPLES + "/text/{}.jpg": ["scenetext0[1-6]", "scenetext_segmented_word0[1245]"],
        "usr/share/doc/opencv-doc/opencv4/html/{}.jpg": ["yolo"]},
    "python3-skimage": {"usr/lib/python3/dist-packages/skimage/data/{}.png": ["motorcycle_left"]},
}


def take(root: str, package: str, out: str) -> int:
    """Copies the photographs of an unpacked package, the larger side at most LARGEST_SIDE, and counts them."""
    count = 0
    for pattern, names in PHOTOS[package].items():
        for name in names:
            found = sorted(p for p in glob.glob(os.path.join(root, pattern.format(name))) if p.lower().endswith((".jpg", ".png")))
            if not found:
                raise FileNotFoundError(f"{package} has no {pattern.format(name)}: is it the package of Debian 12?")
            for path in found:
                image = cv2.imread(path)
                if image is None:
                    raise ValueError(f"{path}: not a picture that OpenCV can decode")
                scale = min(1.0, LARGEST_SIDE / max(image.shape[:2]))
                image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else image
                stem = os.path.splitext(os.path.basename(path))[0] if "{}/" not in pattern else name
                cv2.imwrite(os.path.join(out, f"{package}-{stem}.png"), image)
                count += 1
    return count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", required=True)
    out = os.path.abspath(parser.parse_args().out)
    os.makedirs(out, exist_ok=True)
    for package in PHOTOS:
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(["apt-get", "-qq", "download", package], cwd=folder, check=True)
            subprocess.run(["dpkg-deb", "-x", *glob.glob(os.path.join(folder, "*.deb")), os.path.join(folder, "unpacked")], check=True)
            print(f"{package}: {take(os.path.join(folder, 'unpacked'), package, out)} photographs", flush=True)


if __name__ == "__main__":
    main()
