"""Writes the data set in the official folder layout (SID_Set and SID_Set_description) plus `facts.jsonl` with what was done to each
picture. Every picture is a function of (seed, split, class, number): a run that was stopped goes on where it was, and the number of
workers changes nothing."""
import argparse
import json
import math
import multiprocessing
import os
import sys
import time
from typing import Optional, Sequence

import cv2
import numpy as np

from . import describe, manipulations, pipeline, scenes
from .photos import read_photo, split_photos
from .synthesis import Networks, synthetic

CLASSES = ("real", "full_synthetic", "tampered")
LONGEST_SIDE = (640, 1024)             # of the saved pictures, as of those of COCO and OpenImages that SID_Set is made of
# Of each class for training, as a share of the tampered ones: regions are the hardest to learn, generated pictures the easiest (and
# the slowest to make).
TRAINING_SHARE = {"real": 0.6, "full_synthetic": 0.25, "tampered": 1.0}
_worker: dict = {}


def crop_of_photo(rng: np.random.Generator, photo: np.ndarray, side: int) -> np.ndarray:
    """A random part of a photograph (60 % of each side up to all of it), so that one photograph gives many pictures, reduced to at most
    `side`: what is done to it is done near the size at which it will be saved."""
    h, w = photo.shape[:2]
    scale = rng.uniform(0.6, 1)
    if rng.random() < 0.2:                                         # square and upright pictures
        w = min(w, int(h * rng.choice([0.75, 1.0, 1.0, 4 / 3])))
    ch, cw = int(h * min(scale * rng.uniform(0.9, 1.1), 1)), int(w * scale)
    y, x = int(rng.integers(photo.shape[0] - ch + 1)), int(rng.integers(photo.shape[1] - cw + 1))
    part = photo[y:y + ch, x:x + cw]
    reduce = min(1.0, side / max(ch, cw))
    if reduce < 1:
        part = cv2.resize(part, None, fx=reduce, fy=reduce, interpolation=int(rng.choice([cv2.INTER_AREA, cv2.INTER_LINEAR, cv2.INTER_CUBIC])))
    if rng.random() < 0.3:                                         # light and colour of the day
        gain, lift = rng.uniform(0.75, 1.3), rng.normal(0, 6, 3)
        part = np.clip(part * np.float32(gain) + lift.astype(np.float32), 0, 255).astype(np.uint8)
    return np.ascontiguousarray(part)


def sharpness_like_photos(rng: np.random.Generator, photos, side: int) -> float:
    """A wanted sharpness for a generated picture: that of a random part of a random photograph, with a history, at the size of the picture."""
    return pipeline.sharpness(pipeline.with_history(rng, crop_of_photo(rng, read_photo(photos[rng.integers(len(photos))]), side))) + rng.normal(-0.1, 0.2)


def make(seed: int, split: str, cls: str, number: int, photos, networks: Networks, kind: str = "", more_scenes: bool = False):
    """-> (pipeline.Finished, facts). `kind` forces a manipulation, or `held-out` the held-out generator. `more_scenes` changes the photographs
    of the training split first (scenes.py)."""
    rng = np.random.default_rng([seed, sorted(("train", "validation", "test")).index(split), CLASSES.index(cls), number])

    while True:
        number_of_photo = int(rng.integers(len(photos)))
        side = int(np.exp(rng.uniform(*np.log(LONGEST_SIDE))))
        work = int(side * rng.uniform(1.0, 1.5))
        first, second = (crop_of_photo(rng, read_photo(photos[i]), work) for i in (number_of_photo, rng.integers(len(photos))))
        if more_scenes and split == "train":
            others = [crop_of_photo(rng, read_photo(photos[rng.integers(len(photos))]), work) for _ in range(2)]
            first, second = (scenes.another_scene(rng, part, other) for part, other in zip((first, second), others))
        if cls != "full_synthetic":
            first = pipeline.with_history(rng, first)
        image, mask, facts = first, None, {}
        if cls == "full_synthetic":
            image, source = synthetic(rng, networks, first, second, side, kind == "held-out")
            if rng.random() < 0.3:                                 # some are sent around, and grained to look like a camera's
                image = pipeline.with_history(rng, image)
            facts = {"source": source}
        elif cls == "tampered":
            try:
                change = manipulations.tamper(rng, first, pipeline.with_history(rng, second), networks.refill, kind)
            except manipulations.NothingToSee:
                continue
            image, mask, facts = change.image, change.mask, {"kind": change.kind, **change.facts}
        break
    done = pipeline.finish(rng, image, mask, side, sharpness_like_photos(rng, photos, side) if cls == "full_synthetic" else None)
    facts.update(photo=number_of_photo, quality=done.quality, width=done.image.shape[1], height=done.image.shape[0])
    if cls == "tampered":
        facts["area"] = round(float(done.mask.mean()), 5)
        facts["description"] = describe.tampered(done.image, done.mask, facts["kind"], facts["edge"])
    else:
        facts["description"] = describe.synthetic(facts["source"]) if cls == "full_synthetic" else describe.real()
    return done, facts


def _start(seed, photos, network_folder, out, more_scenes):
    cv2.setNumThreads(1)
    import torch
    torch.set_num_threads(1)
    _worker.update(seed=seed, photos=photos, networks=Networks(network_folder), out=out, more_scenes=more_scenes)


def _one(task):
    split, cls, number = task
    w = _worker
    stem = f"{cls[0]}{number:06d}"
    folder = os.path.join(w["out"], split)
    target, note = os.path.join(folder, cls, f"{stem}.jpg"), os.path.join(folder, "facts", stem + ".json")
    if os.path.exists(note):
        return
    # In the test split every third synthetic picture is by the generator that training never saw.
    kind = "held-out" if split == "test" and cls == "full_synthetic" and number % 3 == 0 else ""
    done, facts = make(w["seed"], split, cls, number, w["photos"][split], w["networks"], kind, w["more_scenes"])
    with open(target, "wb") as f:
        f.write(done.code)
    if done.mask is not None:
        cv2.imwrite(os.path.join(folder, "masks", stem + "_mask.png"), done.mask.astype(np.uint8) * 255)
    facts.update(file=os.path.basename(target), **{"class": cls})
    with open(note + ".partial", "w", encoding="utf-8") as f:
        json.dump(facts, f)
    os.replace(note + ".partial", note)


def collect(out: str, split: str) -> None:
    """The description files and facts.jsonl from the single notes."""
    folder = os.path.join(out, split)
    notes = []
    for name in sorted(n for n in os.listdir(os.path.join(folder, "facts")) if n.endswith(".json")):
        with open(os.path.join(folder, "facts", name), encoding="utf-8") as f:
            notes.append(json.load(f))
    with open(os.path.join(folder, "facts.jsonl"), "w", encoding="utf-8") as f:
        f.writelines(json.dumps(n) + "\n" for n in notes)
    os.makedirs(os.path.join(folder, "description"), exist_ok=True)
    for cls in CLASSES:
        with open(os.path.join(folder, "description", f"{cls}_GT.json"), "w", encoding="utf-8") as f:
            json.dump({n["file"]: n["description"] for n in notes if n["class"] == cls}, f, indent=0)


def write(out: str, photo_folders: Sequence[str], network_folder: str, counts: dict, seed: int, workers: int,
          more_scenes: bool = False) -> None:
    """counts: pictures a class in each split; for training, of the largest class."""
    photos = split_photos(photo_folders, seed)
    tasks = []
    for split, count in counts.items():
        for name in (*CLASSES, "masks", "facts"):
            os.makedirs(os.path.join(out, split, name), exist_ok=True)
        shares = TRAINING_SHARE if split == "train" else dict.fromkeys(CLASSES, 1.0)
        tasks += [(split, cls, number) for number in range(count) for cls in CLASSES if number < math.ceil(count * shares[cls])]
    start, shown = time.time(), 0.0
    with multiprocessing.get_context("spawn").Pool(workers, _start, (seed, photos, network_folder, out, more_scenes)) as pool:
        for done, _ in enumerate(pool.imap_unordered(_one, tasks, chunksize=8), 1):
            if time.time() - shown > 5 or done == len(tasks):
                shown = time.time()
                left = (shown - start) / done * (len(tasks) - done)
                print(f"data: {done}/{len(tasks)} pictures, {left / 60:.1f} min left", file=sys.stderr)
    for split in counts:
        collect(out, split)


def main(arguments: Optional[list] = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", nargs="+", required=True, help="folders; all but the first are for training only")
    parser.add_argument("--networks", required=True, help="folder of the trained generative networks")
    parser.add_argument("--out", required=True)
    parser.add_argument("--train", type=int, default=3000, help="pictures a class")
    parser.add_argument("--validation", type=int, default=200)
    parser.add_argument("--test", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--scenes", action="store_true", help="more scenes from each training photograph (scenes.py)")
    a = parser.parse_args(arguments)
    write(a.out, a.photos, a.networks, {"train": a.train, "validation": a.validation, "test": a.test}, a.seed, a.workers, a.scenes)


if __name__ == "__main__":
    main()
