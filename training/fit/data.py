"""Readers of the official folder layouts, and class-pure batches.

    <folder>/<split>/real/*.jpg  full_synthetic/*.png  tampered/*.png  masks/<stem>_mask.png  description/<class>_GT.json
"""
import json
import os
import random
from dataclasses import dataclass
from typing import Iterator, List, Optional, Sequence

CLASSES = ("real", "full_synthetic", "tampered")
EXTENSIONS = (".jpg", ".jpeg", ".png", ".webp")        # officially only real/*.jpg and */*.png, silently ignoring the rest


@dataclass(frozen=True)
class Sample:
    path: str
    label: int                         # 0 real, 1 full synthetic, 2 tampered
    mask: Optional[str] = None
    description: Optional[str] = None


def read_set(folder: str, split: str, log=print) -> List[Sample]:
    """Sorted, so that the order doesn't depend on the file system. Descriptions are kept a class: a full_synthetic/x.png and a
    tampered/x.png no longer share one. Tampered pictures without a mask are left out, with a message."""
    root = os.path.join(folder, split)
    samples: List[Sample] = []
    for label, name in enumerate(CLASSES):
        directory = os.path.join(root, name)
        if not os.path.isdir(directory):
            raise FileNotFoundError(f"{directory} is missing: the SID_Set layout has real/, full_synthetic/ and tampered/ in each split")
        path = os.path.join(root, "description", f"{name}_GT.json")
        descriptions = {}
        if os.path.exists(path):
            with open(path, encoding="utf-8") as f:
                descriptions = json.load(f)
        lost = 0
        for file in sorted(os.listdir(directory)):
            stem, extension = os.path.splitext(file)
            if extension.lower() not in EXTENSIONS:
                continue
            mask = os.path.join(root, "masks", f"{stem}_mask.png") if label == 2 else None
            if mask is not None and not os.path.exists(mask):
                lost += 1
                continue
            samples.append(Sample(os.path.join(directory, file), label, mask, descriptions.get(file)))
        if lost:
            log(f"{directory}: {lost} pictures have no mask and are left out")
    if not samples:
        raise FileNotFoundError(f"{root}: no pictures")
    return samples


def class_pure_batches(samples: Sequence[Sample], size: int, seed: int, epoch: int) -> List[List[int]]:
    """One epoch: indices grouped by class, shuffled, cut into full batches (the rest of a class waits for another epoch's order),
    the batches of all classes shuffled together. A function of (seed, epoch) alone."""
    rng, batches = random.Random(f"{seed}-{epoch}"), []
    for label in range(len(CLASSES)):
        members = [i for i, s in enumerate(samples) if s.label == label]
        rng.shuffle(members)
        batches += [members[i:i + size] for i in range(0, len(members) - size + 1, size)]
    rng.shuffle(batches)
    if not batches:
        raise ValueError(f"no class has {size} pictures: the batch is too large")
    return batches


def batch_stream(samples: Sequence[Sample], size: int, seed: int, start: int, rank: int = 0, world: int = 1) -> Iterator[tuple]:
    """Endless (number, epoch, indices) from micro-batch `start` on. All ranks see the same order and take turns, so shards neither
    overlap nor miss pictures."""
    per_epoch = len(class_pure_batches(samples, size, seed, 0)) // world
    if per_epoch == 0:
        raise ValueError(f"fewer batches than processes ({world})")
    epoch, batches = -1, []
    number = start
    while True:
        if number // per_epoch != epoch:
            epoch = number // per_epoch
            batches = class_pure_batches(samples, size, seed, epoch)
        yield number, epoch, batches[(number % per_epoch) * world + rank]
        number += 1
