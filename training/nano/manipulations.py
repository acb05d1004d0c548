"""What forgers do to a part of a photograph. Each function gives the changed picture, the exact mask of the changed region and the
facts that the true description is written from."""
import math
from dataclasses import dataclass, field
from typing import Callable, Dict, Tuple

import cv2
import numpy as np

from . import shapes


@dataclass
class Tampering:
    image: np.ndarray                  # (h, w, 3) uint8
    mask: np.ndarray                   # (h, w) bool
    kind: str                          # key of KINDS
    facts: Dict[str, object] = field(default_factory=dict)


# --- blending -----------------------------------------------------------------------------------------------------

def soft_edge(rng: np.random.Generator, mask: np.ndarray) -> Tuple[np.ndarray, str]:
    """Alpha (h, w) float32 around the mask's outline, and the name of the edge. It is 0.5 on the outline, so mask = alpha > 0.5."""
    size = math.sqrt(mask.sum())
    edge = str(rng.choice(["hard", "antialiased", "feathered"], p=[0.2, 0.35, 0.45]))
    sigma = {"hard": 0.0, "antialiased": rng.uniform(0.5, 1.2), "feathered": min(rng.uniform(1.5, 5.0), size / 12)}[edge]
    alpha = mask.astype(np.float32)
    return (cv2.GaussianBlur(alpha, (0, 0), sigma) if sigma > 0 else alpha), edge


def mix(under: np.ndarray, over: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    return np.clip(np.round(under + (over.astype(np.float32) - under) * alpha[..., None]), 0, 255).astype(np.uint8)


def match_colours(rng: np.random.Generator, piece: np.ndarray, target: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Moves the piece's mean and spread in Lab toward the surroundings of the place where it goes, by a random share."""
    share = rng.uniform(0.3, 1.0)
    ring = cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8), iterations=max(5, int(math.sqrt(mask.sum()) * 0.15))) > 0
    ring &= ~mask
    if ring.sum() < 20:
        return piece
    source, around = (cv2.cvtColor(i, cv2.COLOR_RGB2LAB).astype(np.float32) for i in (piece, target))
    for c in range(3):
        inside, outside = source[..., c][mask], around[..., c][ring]
        gain = 1 + share * (np.clip(outside.std() / (inside.std() + 1e-3), 0.6, 1.5) - 1)
        source[..., c] = (source[..., c] - inside.mean()) * gain + inside.mean() + share * 0.7 * (outside.mean() - inside.mean())
    return cv2.cvtColor(np.clip(source, 0, 255).astype(np.uint8), cv2.COLOR_LAB2RGB)


def poisson(under: np.ndarray, over: np.ndarray, mask: np.ndarray) -> np.ndarray:
    ys, xs = np.nonzero(mask)
    centre = (int((xs.min() + xs.max()) // 2), int((ys.min() + ys.max()) // 2))
    return cv2.seamlessClone(over, under, mask.astype(np.uint8) * 255, centre, cv2.NORMAL_CLONE)


def inside(mask: np.ndarray, margin: int = 3) -> bool:
    return not (mask[:margin].any() or mask[-margin:].any() or mask[:, :margin].any() or mask[:, -margin:].any())


# --- moving things --------------------------------------------------------------------------------------------------

def place(rng: np.random.Generator, piece: np.ndarray, mask: np.ndarray, shape: Tuple[int, int], scale: float, angle: float, flip: bool):
    """Warps a piece and its mask to a random place of a picture of `shape` -> (piece, mask) there."""
    ys, xs = np.nonzero(mask)
    cx, cy, (h, w) = (xs.min() + xs.max()) / 2, (ys.min() + ys.max()) / 2, shape
    c, s = scale * math.cos(angle), scale * math.sin(angle)
    turn = np.array([[c, -s], [s, c]]) @ np.diag([-1.0 if flip else 1.0, 1.0])
    goal = np.array([rng.uniform(0.12, 0.88) * w, rng.uniform(0.12, 0.88) * h])
    warp = np.hstack([turn, (goal - turn @ (cx, cy))[:, None]])
    how = int(rng.choice([cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_AREA]))
    moved = cv2.warpAffine(piece, warp, (w, h), flags=how, borderMode=cv2.BORDER_REFLECT_101)
    return moved, cv2.warpAffine(mask.astype(np.float32), warp, (w, h), flags=cv2.INTER_LINEAR) > 0.5


def paste(rng: np.random.Generator, under: np.ndarray, over: np.ndarray, mask: np.ndarray, matched: bool) -> Tuple[np.ndarray, np.ndarray, str]:
    if matched:
        over = match_colours(rng, over, under, mask)
    if rng.random() < 0.15 and inside(mask):
        return poisson(under, over, mask), mask, "blended"
    alpha, edge = soft_edge(rng, mask)
    return mix(under, over, alpha), alpha > 0.5, edge


def splice(rng, photo, donor, refill) -> Tampering:
    """A piece of another photograph."""
    region = shapes.object_region(rng, donor) if rng.random() < 0.6 else shapes.random_region(rng, *donor.shape[:2])
    scale = float(np.exp(rng.uniform(-0.5, 0.4)))
    piece, mask = place(rng, donor, region, photo.shape[:2], scale, rng.normal(0, 0.25), rng.random() < 0.5)
    image, mask, edge = paste(rng, photo, piece, mask, matched=rng.random() < 0.6)
    return Tampering(image, mask, "splice", {"edge": edge, "scale": scale})


def copy_move(rng, photo, donor, refill) -> Tampering:
    """A piece of the same photograph, turned and scaled."""
    region = shapes.object_region(rng, photo) if rng.random() < 0.6 else shapes.random_region(rng, *photo.shape[:2])
    still = rng.random() < 0.3
    scale, angle = (1.0, 0.0) if still else (float(np.exp(rng.normal(0, 0.25))), rng.normal(0, 0.5))
    piece, mask = place(rng, photo, region, photo.shape[:2], scale, angle, rng.random() < 0.3)
    image, mask, edge = paste(rng, photo, piece, mask, matched=rng.random() < 0.2)
    return Tampering(image, mask, "copy-move", {"edge": edge, "scale": scale})


# --- removing things ------------------------------------------------------------------------------------------------

def inpaint_diffusion(rng, photo, donor, refill) -> Tampering:
    """OpenCV's Telea or Navier-Stokes inpainting; at half size for large regions, which is how people make it bearable."""
    mask = shapes.object_region(rng, photo) if rng.random() < 0.5 else shapes.random_region(rng, *photo.shape[:2])
    step = max(1.0, math.sqrt(mask.sum()) / 90)
    h, w = photo.shape[:2]
    small = cv2.resize(photo, (int(w / step), int(h / step)), interpolation=cv2.INTER_AREA)
    hole = cv2.resize(mask.astype(np.uint8), (small.shape[1], small.shape[0]), interpolation=cv2.INTER_NEAREST)
    hole = cv2.dilate(hole, np.ones((3, 3), np.uint8))
    filled = cv2.inpaint(small, hole, 4, cv2.INPAINT_TELEA if rng.random() < 0.5 else cv2.INPAINT_NS)
    filled = cv2.resize(filled, (w, h), interpolation=cv2.INTER_CUBIC)
    if rng.random() < 0.4:                                         # forgers put grain back
        filled = np.clip(filled + rng.normal(0, rng.uniform(1, 5), (h, w, 1)), 0, 255).astype(np.uint8)
    alpha, _ = soft_edge(rng, mask)
    return Tampering(mix(photo, filled, alpha), alpha > 0.5, "inpainting", {"edge": "smeared"})


def inpaint_patch(rng, photo, donor, refill) -> Tampering:
    """Fills the hole from elsewhere in the picture: of many shifts, the one whose content fits best around the hole, blended in."""
    mask = shapes.object_region(rng, photo) if rng.random() < 0.5 else shapes.random_region(rng, *photo.shape[:2])
    h, w = mask.shape
    ring = (cv2.dilate(mask.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0) & ~mask
    ys, xs = np.nonzero(ring)
    pick = rng.choice(len(ys), min(len(ys), 600), replace=False)
    ys, xs = ys[pick], xs[pick]
    wanted, best = photo[ys, xs].astype(np.int32), (np.inf, 0, 0)
    for _ in range(250):
        dy, dx = int(rng.integers(-h // 2, h // 2 + 1)), int(rng.integers(-w // 2, w // 2 + 1))
        y, x = ys + dy, xs + dx
        if abs(dy) + abs(dx) < 0.1 * math.sqrt(mask.sum()) + 8 or y.min() < 0 or x.min() < 0 or y.max() >= h or x.max() >= w:
            continue
        error = np.abs(photo[y, x].astype(np.int32) - wanted).mean()
        best = min(best, (error, dy, dx))
    if not np.isfinite(best[0]):
        return inpaint_diffusion(rng, photo, donor, refill)
    _, dy, dx = best
    shifted = cv2.warpAffine(photo, np.float32([[1, 0, -dx], [0, 1, -dy]]), (w, h), borderMode=cv2.BORDER_REFLECT_101)
    if rng.random() < 0.5 and inside(mask):
        return Tampering(poisson(photo, shifted, mask), mask, "patch-fill", {"edge": "blended"})
    alpha, edge = soft_edge(rng, mask)
    return Tampering(mix(photo, shifted, alpha), alpha > 0.5, "patch-fill", {"edge": edge})


def refill_network(rng, photo, donor, refill) -> Tampering:
    """What a generative network puts into the hole."""
    mask = shapes.object_region(rng, photo) if rng.random() < 0.5 else shapes.random_region(rng, *photo.shape[:2])
    filled = refill(rng, photo, mask)
    alpha, edge = soft_edge(rng, mask)
    return Tampering(mix(photo, filled, alpha), alpha > 0.5, "refill", {"edge": edge})


# --- changing things in place ---------------------------------------------------------------------------------------

def local(kind: str, change: Callable) -> Callable:
    def tamper(rng, photo, donor, refill) -> Tampering:
        mask = shapes.object_region(rng, photo) if rng.random() < 0.5 else shapes.random_region(rng, *photo.shape[:2])
        alpha, edge = soft_edge(rng, mask)
        return Tampering(mix(photo, change(rng, photo), alpha), alpha > 0.5, kind, {"edge": edge})
    return tamper


def blur(rng, x):
    return cv2.GaussianBlur(x, (0, 0), rng.uniform(1.8, 6.0)) if rng.random() < 0.7 else cv2.medianBlur(x, int(rng.choice([5, 7, 9])))


def sharpen(rng, x):
    low = cv2.GaussianBlur(x, (0, 0), rng.uniform(0.8, 2.5)).astype(np.float32)
    return np.clip(low + (x - low) * rng.uniform(2.5, 5.0), 0, 255).astype(np.uint8)


def noise(rng, x):
    grey, sigma = rng.random() < 0.5, rng.uniform(8, 25)
    grain = rng.standard_normal((*x.shape[:2], 1 if grey else 3), dtype=np.float32) * sigma
    if rng.random() < 0.4:
        grain = cv2.GaussianBlur(grain, (0, 0), 0.8).reshape(grain.shape) * 2
    return np.clip(x + grain, 0, 255).astype(np.uint8)


def colour(rng, x):
    hsv = cv2.cvtColor(x, cv2.COLOR_RGB2HSV).astype(np.float32)
    hsv[..., 0] = (hsv[..., 0] + rng.choice([-1, 1]) * rng.uniform(12, 90)) % 180
    hsv[..., 1] = np.clip(hsv[..., 1] * rng.uniform(0.6, 1.7) + rng.uniform(0, 30), 0, 255)
    hsv[..., 2] = np.clip(hsv[..., 2] * rng.uniform(0.7, 1.35), 0, 255)
    return cv2.cvtColor(hsv.astype(np.uint8), cv2.COLOR_HSV2RGB)


def brightness(rng, x):
    gain = rng.uniform(0.45, 0.75) if rng.random() < 0.5 else rng.uniform(1.3, 1.8)
    return np.clip(255 * (x / 255.0) ** (1 / gain) if rng.random() < 0.5 else x * gain + rng.uniform(-10, 10), 0, 255).astype(np.uint8)


def resample(rng, x):
    h, w = x.shape[:2]
    step = rng.uniform(2.0, 5.0)
    down = cv2.resize(x, (int(w / step), int(h / step)), interpolation=int(rng.choice([cv2.INTER_AREA, cv2.INTER_LINEAR, cv2.INTER_NEAREST])))
    return cv2.resize(down, (w, h), interpolation=int(rng.choice([cv2.INTER_NEAREST, cv2.INTER_LINEAR, cv2.INTER_CUBIC])))


def recompress(rng, x):
    _, code = cv2.imencode(".jpg", x, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(6, 35))])
    return cv2.imdecode(code, cv2.IMREAD_COLOR)


# kind -> (function, odds). What a network drew comes most often: all tampered pictures of SID_Set are of that kind.
KINDS = {
    "refill": (refill_network, 0.34), "splice": (splice, 0.20), "inpainting": (inpaint_diffusion, 0.13), "patch-fill": (inpaint_patch, 0.02),
    "copy-move": (copy_move, 0.03), "blur": (local("blur", blur), 0.08), "sharpen": (local("sharpen", sharpen), 0.05), "noise": (local("noise", noise), 0.06),
    "colour": (local("colour", colour), 0.02), "brightness": (local("brightness", brightness), 0.01), "resample": (local("resample", resample), 0.04),
    "recompress": (local("recompress", recompress), 0.02)}


def visible(before: np.ndarray, after: np.ndarray, mask: np.ndarray) -> bool:
    """A change that leaves next to nothing to see (sky on sky, grain on grass) isn't a tampering that anybody could find or should be asked for."""
    difference = np.abs(before.astype(np.int16) - after).max(-1)[mask]
    return difference.mean() > 12 and (difference > 8).mean() > 0.4


class NothingToSee(Exception):
    """This photograph (a night sky, say) shows nothing of this manipulation: take another one."""


def tamper(rng: np.random.Generator, photo: np.ndarray, donor: np.ndarray, refill: Callable, kind: str = "") -> Tampering:
    names, odds = list(KINDS), np.array([o for _, o in KINDS.values()])
    for _ in range(30):
        chosen = kind or str(rng.choice(names, p=odds / odds.sum()))
        result = KINDS[chosen][0](rng, photo, donor, refill)
        if 0.005 <= result.mask.mean() <= 0.40 and visible(photo, result.image, result.mask):
            return result
    raise NothingToSee(kind or "any kind")
