"""Augmentation with the perturbations of the paper's robustness test: JPEG, resizing, Gaussian noise; each also trains what is tested."""
from typing import Optional, Tuple

import cv2
import numpy as np

# name -> strength range; the paper tests JPEG 70 / 80, resize 0.5 / 0.75, noise variance 5 / 10.
JPEG, RESIZE, NOISE_VARIANCE = (65, 96), (0.5, 1.0), (2.0, 12.0)


def perturb(image: np.ndarray, kind: str, strength: float, rng: np.random.Generator) -> np.ndarray:
    """(h, w, 3) uint8 -> same type. `resize` changes the size."""
    if kind == "jpeg":
        _, code = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, int(strength)])
        return cv2.imdecode(code, cv2.IMREAD_COLOR)
    if kind == "resize":
        return cv2.resize(image, None, fx=strength, fy=strength, interpolation=cv2.INTER_LINEAR)
    if kind == "noise":
        return np.clip(np.round(image + rng.standard_normal(image.shape, dtype=np.float32) * np.float32(strength ** 0.5)), 0, 255).astype(np.uint8)
    raise ValueError(f"no perturbation is named '{kind}': jpeg, resize, noise")


# The six settings of the paper's Table (robustness).
PAPER = (("jpeg", 70), ("jpeg", 80), ("resize", 0.5), ("resize", 0.75), ("noise", 5), ("noise", 10))


def augment(image: np.ndarray, mask: Optional[np.ndarray], rng: np.random.Generator, crop: bool) -> Tuple[np.ndarray, Optional[np.ndarray]]:
    """image (h, w, 3), mask (h, w) 0..255 or none; mirrored half of the time, each perturbation now and then, with `crop` sometimes
    a part (for a tampered picture one that keeps most of the region)."""
    if rng.random() < 0.5:
        image = np.ascontiguousarray(image[:, ::-1])
        mask = None if mask is None else np.ascontiguousarray(mask[:, ::-1])
    if crop and rng.random() < 0.5:
        for _ in range(8):
            h, w = image.shape[:2]
            ch, cw = int(h * rng.uniform(0.6, 1)), int(w * rng.uniform(0.6, 1))
            y, x = int(rng.integers(h - ch + 1)), int(rng.integers(w - cw + 1))
            box = slice(y, y + ch), slice(x, x + cw)
            if mask is None or (mask[box] > 127).sum() > 0.7 * (mask > 127).sum():
                image, mask = np.ascontiguousarray(image[box]), None if mask is None else np.ascontiguousarray(mask[box])
                break
    if rng.random() < 0.2:
        scale = rng.uniform(*RESIZE)
        image = perturb(image, "resize", scale, rng)
        mask = None if mask is None else cv2.resize(mask, image.shape[1::-1], interpolation=cv2.INTER_AREA)
    if rng.random() < 0.2:
        image = perturb(image, "noise", rng.uniform(*NOISE_VARIANCE), rng)
    if rng.random() < 0.2:
        image = perturb(image, "jpeg", rng.uniform(*JPEG), rng)
    return image, mask
