"""Photographs and their split. A photograph belongs to one split only, so no crop of it is ever on both sides."""
import glob
import hashlib
import os
from functools import lru_cache
from typing import Dict, List, Sequence

import cv2
import numpy as np

SPLITS = {"train": 0.70, "validation": 0.15, "test": 0.15}
LARGEST_SIDE = 1280                    # bigger photographs are reduced once, when they are read


def photos_in(folder: str) -> List[str]:
    return sorted(p for e in ("jpg", "jpeg", "png", "webp") for p in glob.glob(os.path.join(folder, f"*.{e}")))


def split_photos(folders: Sequence[str], seed: int) -> Dict[str, List[str]]:
    """File names by split, decided by a hash of the file's BYTES: renaming or adding photographs moves no other one. The first folder is
    split; photographs of the others are only learnt from."""
    found, further = photos_in(folders[0]), [p for folder in folders[1:] for p in photos_in(folder)]
    if len(found) < 10:
        raise FileNotFoundError(f"{folders[0]}: {len(found)} photographs; at least 10 are needed (--photos)")
    order = []
    for path in found:
        with open(path, "rb") as f:
            order.append((hashlib.sha256(str(seed).encode() + f.read()).hexdigest(), path))
    paths, result, start = [p for _, p in sorted(order)], {}, 0.0
    for name, share in SPLITS.items():
        first, last = round(start * len(paths)), round((start + share) * len(paths))
        result[name] = paths[first:last]
        start += share
    result["train"] += further
    return result


@lru_cache(maxsize=320)
def read_photo(path: str) -> np.ndarray:
    """(h, w, 3) uint8 RGB, at most LARGEST_SIDE. Callers must not write into it."""
    image = cv2.imread(path)
    if image is None:
        raise ValueError(f"{path}: not a picture that OpenCV can decode")
    h, w = image.shape[:2]
    scale = LARGEST_SIDE / max(h, w)
    if scale < 1:
        image = cv2.resize(image, (round(w * scale), round(h * scale)), interpolation=cv2.INTER_AREA)
    image = cv2.cvtColor(image, cv2.COLOR_BGR2RGB)
    image.flags.writeable = False
    return image
