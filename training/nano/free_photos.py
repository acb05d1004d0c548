"""Photographs that everybody may have, to learn from: `python3 -m nano.free_photos --out DIR` keeps them at the size that training reads.

- those among the wallpapers and examples of Debian 12's packages, whose licences are free (each package's `copyright` file names them);
  the packages (400 MB) are downloaded, not installed;
- those that `free_photos.tsv` lists by repository on GitHub, git's hash of the bytes, and path: CC0 or public domain (budgie-backgrounds,
  PDImages), CC BY or CC BY-SA (fake_profile_pictures, whose README names the photographers; gallery, by Eric Griffis).

Chosen by eye: no drawings, no renders, none that the project's own photographs have too."""
import argparse
import csv
import glob
import os
import subprocess
import tempfile
from typing import Dict, List, Tuple

import cv2
import numpy as np

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


LIST = os.path.join(os.path.dirname(os.path.abspath(__file__)), "free_photos.tsv")


def keep(code: bytes, source: str, out: str) -> None:
    """Writes a photograph to `out` (a PNG), the larger side at most LARGEST_SIDE. ValueError: it can't be decoded."""
    image = cv2.imdecode(np.frombuffer(code, np.uint8), cv2.IMREAD_COLOR)
    if image is None:
        raise ValueError(f"{source}: not a picture that OpenCV can decode")
    scale = min(1.0, LARGEST_SIDE / max(image.shape[:2]))
    cv2.imwrite(out, cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else image)


def take(root: str, package: str, out: str) -> int:
    """Keeps the photographs of an unpacked package, and counts them."""
    count = 0
    for pattern, names in PHOTOS[package].items():
        for name in names:
            found = sorted(p for p in glob.glob(os.path.join(root, pattern.format(name))) if p.lower().endswith((".jpg", ".png")))
            if not found:
                raise FileNotFoundError(f"{package} has no {pattern.format(name)}: is it the package of Debian 12?")
            for path in found:
                stem = os.path.splitext(os.path.basename(path))[0] if "{}/" not in pattern else name
                with open(path, "rb") as f:
                    keep(f.read(), path, os.path.join(out, f"{package}-{stem}.png"))
                count += 1
    return count


def repositories() -> Dict[str, List[Tuple[str, str]]]:
    """Repository -> (hash, path) of its photographs."""
    found: Dict[str, List[Tuple[str, str]]] = {}
    with open(LIST, newline="", encoding="utf-8") as f:
        for repository, blob, path in csv.reader(f, delimiter="\t"):
            found.setdefault(repository, []).append((blob, path))
    return found


def take_blobs(git_folder: str, repository: str, out: str) -> int:
    """Keeps the photographs of a clone, and counts them. A hash names its bytes, so these are the very ones that were chosen."""
    photos = repositories()[repository]
    for blob, path in photos:
        code = subprocess.run(["git", "--git-dir", git_folder, "cat-file", "blob", blob], stdout=subprocess.PIPE, check=True).stdout
        keep(code, f"{repository}: {path}", os.path.join(out, f"{repository.split('/')[1]}-{blob[:12]}.png"))
    return len(photos)


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
    for repository in repositories():
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(["git", "clone", "-q", "--bare", "--filter=blob:none", f"https://github.com/{repository}", folder], check=True)
            print(f"{repository}: {take_blobs(folder, repository, out)} photographs", flush=True)


if __name__ == "__main__":
    main()
