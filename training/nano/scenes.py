"""More scenes than there are photographs, for training only: what a detector must learn is that sky beside leaves, or a soft background
behind a sharp flower, is no trace of tampering, and a few photographs teach it that of themselves alone. All of this happens before the
picture's history (pipeline.py), so grain, resampling and compression are the same everywhere, as in a picture that a camera took."""
import math

import cv2
import numpy as np


def smooth_field(rng: np.random.Generator, h: int, w: int, strength: float) -> np.ndarray:
    """(h, w) float32 in 0..1, a few cells wide."""
    cells = rng.normal(0, strength, (3, 4)).astype(np.float32)
    return 1 / (1 + np.exp(-cv2.resize(cells, (w, h), interpolation=cv2.INTER_CUBIC)))


def turned(rng: np.random.Generator, image: np.ndarray) -> np.ndarray:
    """By some degrees, enlarged so that no corner is empty."""
    h, w = image.shape[:2]
    angle = float(np.clip(rng.normal(0, 8), -20, 20))
    enlarged = math.cos(math.radians(abs(angle))) + max(h / w, w / h) * math.sin(math.radians(abs(angle)))
    return cv2.warpAffine(image, cv2.getRotationMatrix2D((w / 2, h / 2), angle, enlarged), (w, h), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101)


def mixed(rng: np.random.Generator, image: np.ndarray, other: np.ndarray) -> np.ndarray:
    """A double exposure, of different strength here and there."""
    h, w = image.shape[:2]
    share = smooth_field(rng, h, w, 1.5)[..., None]
    return np.round(image + (cv2.resize(other, (w, h), interpolation=cv2.INTER_AREA).astype(np.float32) - image) * share).astype(np.uint8)


def out_of_focus(rng: np.random.Generator, image: np.ndarray) -> np.ndarray:
    """Here and there, as by a large lens."""
    share = smooth_field(rng, *image.shape[:2], 3.0)[..., None]
    soft = cv2.GaussianBlur(image, (0, 0), float(np.exp(rng.uniform(0, math.log(6)))))
    return np.round(image + (soft.astype(np.float32) - image) * share).astype(np.uint8)


def another_tone(rng: np.random.Generator, image: np.ndarray) -> np.ndarray:
    """Another curve for each colour."""
    levels = np.arange(256) / 255
    curves = np.stack([255 * levels ** math.exp(rng.normal(0, 0.3)) for _ in range(3)], -1)
    return cv2.LUT(image, np.round(curves).astype(np.uint8).reshape(1, 256, 3))


def another_scene(rng: np.random.Generator, image: np.ndarray, other: np.ndarray) -> np.ndarray:
    """(h, w, 3) uint8 -> same; half of the time nothing much is done."""
    if rng.random() < 0.3:
        image = turned(rng, image)
    if rng.random() < 0.25:
        image = mixed(rng, image, other)
    if rng.random() < 0.15:
        image = out_of_focus(rng, image)
    return another_tone(rng, image) if rng.random() < 0.3 else image
