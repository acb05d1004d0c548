"""What the model card says besides the figures of `sida evaluate --record`: how the package stands the six perturbations of the paper, and
what a simple baseline reaches on the same pictures. The package is measured by `sida evaluate` itself, on perturbed copies.

    python3 -m nano.card --data WORK/generated-pictures --copies WORK/perturbed --package ../models/sida-nano --limit 60"""
import argparse
import json
import os
import subprocess
from typing import Dict, List, Optional

import cv2
import numpy as np

from fit.augment import PAPER, perturb
from fit.data import read_set
from sida import images

from .evaluate import facts_of, interval, iou_and_f1, of_each_class

BEGIN, END = "<!-- robustness: written by `nano.card` -->", "<!-- end of robustness -->"
CLI = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "Sida.Cli")


# --- perturbations ------------------------------------------------------------------------------------------------

def perturbed_copy(data: str, split: str, limit: int, kind: Optional[str], strength: float, out: str) -> None:
    """The first `limit` pictures a class, perturbed and without loss, in the folder layout of the original, with their facts."""
    facts, notes = facts_of(data, split), []
    for number, sample in enumerate(of_each_class(read_set(data, split), limit)):
        image = images.read_rgb(sample.path)
        image = perturb(image, kind, strength, np.random.default_rng(number)) if kind else image
        stem = os.path.splitext(os.path.basename(sample.path))[0]
        targets = [(os.path.join(out, split, os.path.basename(os.path.dirname(sample.path)), stem + ".png"), image[..., ::-1])]
        if sample.mask:
            mask = cv2.resize(cv2.imread(sample.mask, cv2.IMREAD_GRAYSCALE), image.shape[1::-1], interpolation=cv2.INTER_NEAREST)
            targets.append((os.path.join(out, split, "masks", stem + "_mask.png"), mask))
        for path, pixels in targets:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            cv2.imwrite(path, pixels)
        notes.append({**facts[os.path.basename(sample.path)], "file": stem + ".png"})
    with open(os.path.join(out, split, "facts.jsonl"), "w", encoding="utf-8") as f:
        f.writelines(json.dumps(n) + "\n" for n in notes)


def measured(package: str, folder: str, split: str) -> dict:
    """The report of `sida evaluate`, kept beside the pictures: a stopped run goes on."""
    report = os.path.join(folder, "report.json")
    if not os.path.exists(report):
        subprocess.run(["dotnet", "run", "--project", CLI, "-c", "Release", "--", "evaluate", folder, "--split", split, "--model", os.path.abspath(package), "--json", report], check=True)
    with open(report, encoding="utf-8") as f:
        return json.load(f)


# --- baseline -----------------------------------------------------------------------------------------------------

def noise_map(rgb: np.ndarray) -> np.ndarray:
    """(h, w) float32: how far the local noise (log of the mean absolute high-pass residual of 16 x 16 blocks) lies from the picture's median."""
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    residual = np.abs(grey.astype(np.float32) - cv2.medianBlur(grey, 3))
    h, w = grey.shape[0] // 16, grey.shape[1] // 16
    blocks = np.log(residual[:h * 16, :w * 16].reshape(h, 16, w, 16).mean((1, 3)) + 0.1)
    deviation = cv2.GaussianBlur(np.abs(blocks - np.median(blocks)), (0, 0), 1.0)
    return cv2.resize(deviation, grey.shape[::-1], interpolation=cv2.INTER_LINEAR)


def noise_maps(data: str, split: str, limit: int) -> List[tuple]:
    """(label, photo, map, true mask or none) of each picture that is real or tampered: the baseline knows no synthetic ones."""
    facts, found = facts_of(data, split), []
    for s in of_each_class(read_set(data, split), limit):
        if s.label != 1:
            true = cv2.imread(s.mask, cv2.IMREAD_GRAYSCALE) > 127 if s.mask else None
            found.append((s.label, facts[os.path.basename(s.path)]["photo"], noise_map(images.read_rgb(s.path)), true))
    return found


def baseline(data: str, split: str, limit: int) -> Dict[str, Optional[List[float]]]:
    """Threshold of the mask, and the marked share from which a picture counts as tampered: the best on the validation split."""
    known = noise_maps(data, "validation", limit)
    thresholds = np.quantile(np.concatenate([m.ravel()[::97] for _, _, m, _ in known]), np.linspace(0.5, 0.99, 40))
    threshold = max(thresholds, key=lambda t: np.mean([iou_and_f1(m > t, true)[0] for _, _, m, true in known if true is not None]))
    shares, labels = np.array([(m > threshold).mean() for _, _, m, _ in known]), np.array([label for label, *_ in known])
    least = max(shares, key=lambda s: ((shares >= s) == (labels == 2)).mean())
    rows = []
    for label, photo, deviation, true in noise_maps(data, split, limit):
        marked = deviation > threshold
        said = marked if marked.mean() >= least else np.zeros_like(marked)
        rows.append({"photo": photo, "right": float(said.any() == (label == 2)), **(dict(zip(("iou", "f1"), iou_and_f1(said, true))) if label == 2 else {})})
    return {key: interval(rows, lambda r: r.get(key)) for key in ("right", "iou", "f1")}


# --- the card -----------------------------------------------------------------------------------------------------

def figure(value) -> str:
    mean, low, high = (value["value"], value["low"], value["high"]) if isinstance(value, dict) else value
    return f"{mean:.3f} ({low:.3f} - {high:.3f})"


def real_or_tampered(report: dict) -> float:
    """Share of right verdicts where only real and tampered pictures count, and the more probable of the two is the verdict."""
    pictures = [p for p in report["pictures"] if p["label"] != "fullSynthetic"]
    return float(np.mean([(p["probabilities"][2] > p["probabilities"][0]) == (p["label"] == "tampered") for p in pictures]))


def section(reports: Dict[str, dict], simple: dict, limit: int) -> str:
    plain = reports["as they are"]
    rows = [f"| {name} | {figure(r['verdicts']['accuracy'])} | {figure(r['masks']['meanIou'])} | {figure(r['masks']['meanF1'])} |" for name, r in reports.items()]
    return "\n".join([
        BEGIN, "", f"The first {limit} pictures of each class, under the six perturbations of the paper's robustness test:", "",
        "| perturbation | right verdicts | IoU | pixel F1 |", "|---|---|---|---|", *rows, "",
        "Next to a simple baseline, a map of how far the local noise lies from the picture's median, with the best thresholds of the validation split (it knows no",
        f"synthetic pictures): of the real and the tampered ones it judges {figure(simple['right'])} rightly (chance 0.5; this model {real_or_tampered(plain):.3f}), its masks have an IoU",
        f"of {figure(simple['iou'])} and a pixel F1 of {figure(simple['f1'])}.", "", END])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True), parser.add_argument("--copies", required=True, help="where perturbed pictures are kept")
    parser.add_argument("--package", required=True), parser.add_argument("--split", default="test"), parser.add_argument("--limit", type=int, default=60, help="pictures a class")
    args = parser.parse_args()
    reports = {}
    for kind, strength in ((None, 0), *PAPER):
        name = f"{kind} {strength:g}" if kind else "as they are"
        folder = os.path.join(os.path.abspath(args.copies), name.replace(" ", "-"))
        if not os.path.exists(os.path.join(folder, args.split, "facts.jsonl")):
            perturbed_copy(args.data, args.split, args.limit, kind, strength, folder)
        reports[name] = measured(args.package, folder, args.split)
    card = os.path.join(args.package, "MODEL_CARD.md")
    with open(card, encoding="utf-8") as f:
        before, rest = f.read().split(BEGIN)
    text = before + section(reports, baseline(args.data, args.split, args.limit), args.limit) + rest.split(END)[1]
    with open(card, "w", encoding="utf-8") as f:
        f.write(text)


if __name__ == "__main__":
    main()
