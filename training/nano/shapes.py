"""Regions to tamper with: object-like outlines of a wanted area, as bool masks."""
import math

import cv2
import numpy as np


def blob(rng: np.random.Generator, h: int, w: int, area: float) -> np.ndarray:
    """A closed curve r(t) = 1 + a few random harmonics, stretched and turned; `area` is the fraction of the picture."""
    t = np.linspace(0, 2 * math.pi, 180, endpoint=False)
    radius = np.ones_like(t)
    for k in range(2, rng.integers(4, 9)):
        radius += rng.normal(0, 0.5 / k) * np.cos(k * t + rng.uniform(0, 2 * math.pi))
    return _fill(rng, h, w, area, np.clip(radius, 0.25, None) * np.cos(t), np.clip(radius, 0.25, None) * np.sin(t))


def polygon(rng: np.random.Generator, h: int, w: int, area: float) -> np.ndarray:
    """Straight-edged things: 3 to 9 corners around a centre."""
    t = np.sort(rng.uniform(0, 2 * math.pi, rng.integers(3, 10)))
    if np.max(np.diff(np.append(t, t[0] + 2 * math.pi))) > 2.6:    # the centre would lie outside
        t = np.linspace(0, 2 * math.pi, len(t), endpoint=False) + rng.uniform(-0.2, 0.2, len(t))
    radius = rng.uniform(0.6, 1.2, len(t))
    return _fill(rng, h, w, area, radius * np.cos(t), radius * np.sin(t))


def rectangle(rng: np.random.Generator, h: int, w: int, area: float) -> np.ndarray:
    return _fill(rng, h, w, area, np.array([-1, 1, 1, -1.0]), np.array([-1, -1, 1, 1.0]), turn=rng.choice([0.0, rng.normal(0, 0.2)]))


def ellipse(rng: np.random.Generator, h: int, w: int, area: float) -> np.ndarray:
    t = np.linspace(0, 2 * math.pi, 90, endpoint=False)
    return _fill(rng, h, w, area, np.cos(t), np.sin(t))


def figure(rng: np.random.Generator, h: int, w: int, area: float) -> np.ndarray:
    """Several overlapping parts, like a body with limbs or a plant."""
    mask = blob(rng, h, w, area * 0.6)
    ys, xs = np.nonzero(mask)
    for _ in range(rng.integers(1, 5)):
        i = rng.integers(len(ys))
        length = math.sqrt(area * h * w) * rng.uniform(0.3, 0.9)
        angle = rng.uniform(0, 2 * math.pi)
        canvas = mask.astype(np.uint8)
        end = (int(xs[i] + length * math.cos(angle)), int(ys[i] + length * math.sin(angle)))
        cv2.line(canvas, (int(xs[i]), int(ys[i])), end, 1, max(2, int(length * rng.uniform(0.1, 0.35))))
        mask = canvas > 0
    return mask


def _fill(rng, h, w, area, x, y, turn=None) -> np.ndarray:
    stretch, turn = rng.uniform(0.5, 1.0), rng.uniform(0, math.pi) if turn is None else turn
    x, y = x * math.cos(turn) - y * stretch * math.sin(turn), x * math.sin(turn) + y * stretch * math.cos(turn)
    outline = np.stack([x, y], -1)
    unit = abs(cv2.contourArea(outline.astype(np.float32)))
    outline *= math.sqrt(area * h * w / max(unit, 1e-3))
    half_w, half_h = np.ptp(outline[:, 0]) / 2, np.ptp(outline[:, 1]) / 2
    outline -= (outline.max(0) + outline.min(0)) / 2
    # The centre may lie anywhere, so that some regions touch the border of the picture.
    cx = rng.uniform(min(half_w * 0.8, w / 2), max(w - half_w * 0.8, w / 2))
    cy = rng.uniform(min(half_h * 0.8, h / 2), max(h - half_h * 0.8, h / 2))
    mask = np.zeros((h, w), np.uint8)
    cv2.fillPoly(mask, [np.round(outline + (cx, cy)).astype(np.int32)], 1)
    return mask > 0


def random_area(rng: np.random.Generator) -> float:
    """0.6 % to 38 % of the picture, uniform in the side of a square of that area."""
    return float(rng.uniform(math.sqrt(0.006), math.sqrt(0.38)) ** 2)


SHAPES = (blob, polygon, rectangle, ellipse, figure)
SHAPE_ODDS = (0.4, 0.12, 0.1, 0.13, 0.25)


def random_region(rng: np.random.Generator, h: int, w: int) -> np.ndarray:
    for _ in range(20):
        mask = SHAPES[rng.choice(len(SHAPES), p=SHAPE_ODDS)](rng, h, w, random_area(rng))
        if 0.005 <= mask.mean() <= 0.40:
            return mask
    return ellipse(rng, h, w, 0.05)


def object_region(rng: np.random.Generator, image: np.ndarray) -> np.ndarray:
    """An object of the picture itself: GrabCut inside a random box, at a small scale; a drawn shape where it finds none."""
    h, w = image.shape[:2]
    scale = 150 / max(h, w)
    small = cv2.resize(image, (max(round(w * scale), 8), max(round(h * scale), 8)), interpolation=cv2.INTER_AREA)
    sh, sw = small.shape[:2]
    side = math.sqrt(random_area(rng) * 2)
    bw, bh = int(np.clip(sw * side * rng.uniform(0.7, 1.4), 8, sw * 0.8)), int(np.clip(sh * side * rng.uniform(0.7, 1.4), 8, sh * 0.8))
    x, y = int(rng.integers(1, sw - bw)), int(rng.integers(1, sh - bh))
    labels = np.full((sh, sw), cv2.GC_BGD, np.uint8)
    labels[y:y + bh, x:x + bw] = cv2.GC_PR_FGD
    cv2.setRNGSeed(int(rng.integers(1 << 30)))
    cv2.grabCut(cv2.cvtColor(small, cv2.COLOR_RGB2BGR), labels, None, np.zeros((1, 65)), np.zeros((1, 65)), 2, cv2.GC_INIT_WITH_MASK)
    found = ((labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD)).astype(np.uint8)
    count, parts, stats, _ = cv2.connectedComponentsWithStats(cv2.morphologyEx(found, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)))
    if count > 1:
        largest = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
        mask = cv2.resize((parts == largest).astype(np.float32), (w, h), interpolation=cv2.INTER_CUBIC)
        mask = cv2.GaussianBlur(mask, (0, 0), 0.4 / scale) > 0.5
        if 0.005 <= mask.mean() <= 0.40:
            return mask
    return random_region(rng, h, w)
