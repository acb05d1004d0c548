"""Pictures as the two vision parts see them, with the tampered share of every pixel."""
from typing import Optional, Tuple

import cv2
import numpy as np
from PIL import Image

from fit.augment import augment
from fit.data import Sample
from fit.examples import read_mask
from sida import images
from sida.config import ClipConfig


def read(sample: Sample, rng: Optional[np.random.Generator]) -> Tuple[np.ndarray, np.ndarray]:
    """(h, w, 3) uint8 and tampered share (h, w) 0..255; augmented when there is a generator."""
    image = images.read_rgb(sample.path)
    mask = read_mask(sample.mask, image.shape[:2]) if sample.mask else None
    if rng is not None:
        image, mask = augment(image, mask, rng, crop=True)
    return image, np.zeros(image.shape[:2], np.uint8) if mask is None else mask


def square(sample: Sample, config: ClipConfig, rng: Optional[np.random.Generator] = None) -> Tuple[np.ndarray, np.ndarray]:
    """What the CLIP tower sees: shortest side scaled, the middle square, black where the picture ends."""
    image, mask = read(sample, rng)
    h, w = image.shape[:2]
    short, side = config.resize_shortest, config.image_size
    h, w = (short, int(short * w / h)) if h <= w else (int(short * h / w), short)
    return centred(images.resize(image, h, w, Image.BICUBIC), side), centred(cv2.resize(mask, (w, h), interpolation=cv2.INTER_AREA), side)


def centred(image: np.ndarray, side: int) -> np.ndarray:
    out = np.zeros((side, side, *image.shape[2:]), image.dtype)
    (top, left), (y, x) = ((n - side) // 2 for n in image.shape[:2]), (max((side - n + 1) // 2, 0) for n in image.shape[:2])
    part = image[max(top, 0):max(top, 0) + side, max(left, 0):max(left, 0) + side]
    out[y:y + part.shape[0], x:x + part.shape[1]] = part
    return out
