"""How far trivial cues give the class away: size, aspect, JPEG quality, sharpness, brightness, colour, blockiness of the whole picture.
A classifier on them (nearest neighbours and a linear one, on standardised cues) should stay near chance, 1/3; otherwise the
demonstration model could learn the pipeline instead of the pictures."""
import argparse
import json
import os
from typing import Dict, List

import cv2
import numpy as np

from fit.data import read_set

from .pipeline import sharpness

GROUPS = {
    "size and quality": ("width", "height", "aspect", "quality"),
    "sharpness": ("sharpness",),
    "brightness and colour": ("brightness", "contrast", "saturation"),
    "blockiness": ("blockiness",),
}


def cues(path: str, quality: int) -> Dict[str, float]:
    image = cv2.cvtColor(cv2.imread(path), cv2.COLOR_BGR2RGB)
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32)
    steps = np.abs(np.diff(grey, axis=1)).mean(0)
    h, w = grey.shape
    return {"width": w, "height": h, "aspect": w / h, "quality": quality, "sharpness": sharpness(image), "brightness": grey.mean(), "contrast": grey.std(),
            "saturation": cv2.cvtColor(image, cv2.COLOR_RGB2HSV)[..., 1].mean(),
            "blockiness": float(np.log(steps[7::8].mean() + 0.1) - np.log(np.delete(steps, np.s_[7::8]).mean() + 0.1))}


def accuracy(train: np.ndarray, train_labels: np.ndarray, test: np.ndarray, test_labels: np.ndarray) -> float:
    """The better of 25 nearest neighbours and a linear classifier on cues and their squares."""
    mean, spread = train.mean(0), train.std(0) + 1e-6
    train, test = (train - mean) / spread, (test - mean) / spread
    near = np.argsort(((test[:, None] - train[None]) ** 2).sum(-1), 1)[:, :25]
    votes = np.stack([(train_labels[near] == c).sum(1) for c in range(3)], 1).argmax(1)

    def design(x):
        return np.concatenate([np.ones((len(x), 1)), x, x ** 2], 1)
    weights = np.linalg.lstsq(design(train), np.eye(3)[train_labels], rcond=1e-4)[0]
    return max(float((votes == test_labels).mean()), float(((design(test) @ weights).argmax(1) == test_labels).mean()))


def check(folder: str, limit: int = 400) -> Dict[str, float]:
    """Learnt on the train split, measured on the validation split: accuracy by group of cues and of all together."""
    tables: List[tuple] = []
    for split in ("train", "validation"):
        with open(os.path.join(folder, split, "facts.jsonl"), encoding="utf-8") as f:
            quality = {n["file"]: n["quality"] for n in map(json.loads, f)}
        samples = [s for label in range(3) for s in [t for t in read_set(folder, split) if t.label == label][:limit]]
        tables.append(([cues(s.path, quality[os.path.basename(s.path)]) for s in samples], np.array([s.label for s in samples])))
    result = {}
    for name, keys in {**GROUPS, "all": tuple(k for g in GROUPS.values() for k in g)}.items():
        (a, y), (b, z) = [(np.array([[row[k] for k in keys] for row in rows]), labels) for rows, labels in tables]
        result[name] = round(accuracy(a, y, b, z), 4)
    return result


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    print(json.dumps(check(parser.parse_args().data), indent=1))
