"""What happens to EVERY picture of every class before it is saved: the same crop, resize, filter, noise and JPEG, drawn from the same
distributions, so that size, codec or blur alone say nothing about the class."""
from dataclasses import dataclass
from typing import Optional, Tuple

import cv2
import numpy as np


@dataclass
class Finished:
    image: np.ndarray                  # (h, w, 3) uint8
    mask: Optional[np.ndarray]         # (h, w) bool
    code: bytes                        # the JPEG whose decoded pixels `image` is
    quality: int


def sharpness(image: np.ndarray) -> float:
    """log of the mean absolute Laplacian: what a glance calls sharp or blurred."""
    return float(np.log(np.abs(cv2.Laplacian(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), cv2.CV_16S)).mean() + 0.1))


def with_sharpness(image: np.ndarray, target: float) -> np.ndarray:
    """Blurs or sharpens the whole picture toward a wanted sharpness (by bisection of the strength)."""
    low = cv2.GaussianBlur(image, (0, 0), 1.2)
    grey, soft = (cv2.cvtColor(i, cv2.COLOR_RGB2GRAY).astype(np.float32) for i in (image, low))
    curves = cv2.Laplacian(grey, cv2.CV_32F), cv2.Laplacian(grey - soft, cv2.CV_32F)
    weakest, strongest = -0.9, 8.0                                  # networks draw smooth pictures: they need much
    for _ in range(8):
        middle = (weakest + strongest) / 2
        if np.log(np.abs(curves[0] + middle * curves[1]).mean() + 0.1) < target:
            weakest = middle
        else:
            strongest = middle
    return cv2.addWeighted(image, 1 + middle, low, -middle, 0)


def with_history(rng: np.random.Generator, image: np.ndarray) -> np.ndarray:
    """What a picture has been through before anybody changes it: another camera's grain (from hardly any to much, stronger in the
    lights, a little coarser than a pixel now and then), enlargement, the JPEG of a web page. Two pictures rarely share it, which is what gives a
    splice away."""
    h, w = image.shape[:2]
    if rng.random() < 0.35:
        step = rng.uniform(1.2, 2.4)
        image = cv2.resize(image, (int(w / step), int(h / step)), interpolation=cv2.INTER_AREA)
        image = cv2.resize(image, (w, h), interpolation=int(rng.choice([cv2.INTER_LINEAR, cv2.INTER_CUBIC])))
    grain = rng.standard_normal((h, w, 1 if rng.random() < 0.4 else 3), dtype=np.float32)
    if rng.random() < 0.3:
        grain = cv2.GaussianBlur(grain, (0, 0), 0.6).reshape(grain.shape) * np.float32(1.7)
    strength = np.float32(np.exp(rng.uniform(np.log(1), np.log(9))))
    light = 0.6 + 0.4 * image.max(-1, keepdims=True).astype(np.float32) / 255
    image = np.clip(np.round(image + strength * light * grain), 0, 255).astype(np.uint8)
    if rng.random() < 0.4:
        _, code = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(45, 95))])
        image = cv2.imdecode(code, cv2.IMREAD_COLOR)
    return image


def random_crop(rng: np.random.Generator, h: int, w: int, mask: Optional[np.ndarray]) -> Tuple[slice, slice]:
    """Up to 15 % off each side, never through most of the tampered region."""
    for _ in range(10):
        t, b, l, r = rng.uniform(0, 0.15, 4) * (rng.random() < 0.4)
        box = slice(int(t * h), h - int(b * h)), slice(int(l * w), w - int(r * w))
        if mask is None or mask[box].sum() > 0.8 * mask.sum():
            return box
    return slice(0, h), slice(0, w)


def finish(rng: np.random.Generator, image: np.ndarray, mask: Optional[np.ndarray], side: int, sharp: Optional[float] = None) -> Finished:
    """`side` is the wanted longest side, `sharp` the wanted sharpness: for generated pictures one drawn from that of photographs; without it
    the picture's own, a little more or less, so that every class has been filtered and grain is not smoothed away."""
    box = random_crop(rng, *image.shape[:2], mask)
    image, mask = image[box], None if mask is None else mask[box]
    h, w = image.shape[:2]
    side = min(side, int(1.15 * max(h, w)))
    h, w = max(round(h * side / max(h, w)), 64), max(round(w * side / max(h, w)), 64)
    how = int(rng.choice([cv2.INTER_AREA, cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_LANCZOS4])) if side < max(image.shape[:2]) else cv2.INTER_CUBIC
    image = cv2.resize(image, (w, h), interpolation=how)
    mask = None if mask is None else cv2.resize(mask.astype(np.float32), (w, h), interpolation=cv2.INTER_AREA) > 0.5
    if rng.random() < 0.5:
        image = np.ascontiguousarray(image[:, ::-1])
        mask = None if mask is None else np.ascontiguousarray(mask[:, ::-1])
    image = with_sharpness(image, sharpness(image) + rng.normal(0, 0.2) if sharp is None else sharp)
    if rng.random() < 0.25:
        sigma = rng.uniform(0.5, 2.5)
        image = np.clip(np.round(image + rng.standard_normal((h, w, 1 if rng.random() < 0.5 else 3), dtype=np.float32) * sigma), 0, 255).astype(np.uint8)
    quality = int(rng.integers(78, 99))
    _, code = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])
    image = cv2.cvtColor(cv2.imdecode(code, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
    return Finished(image, mask, code.tobytes(), quality)
