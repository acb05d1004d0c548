"""Pictures that no camera took: the generative networks' output, and a minority of procedural renders."""
import math
import os
from typing import Tuple

import cv2
import numpy as np
import torch

from .networks import HELD_OUT, build


class Networks:
    """The trained networks, read when first used; every result depends only on the generator that is passed in."""

    def __init__(self, folder: str):
        self.folder, self.loaded = folder, {}

    def __getitem__(self, name: str) -> torch.nn.Module:
        if name not in self.loaded:
            with torch.random.fork_rng():                          # a network draws its first weights: not from the picture's numbers
                network = build(name)
            network.load_state_dict(torch.load(os.path.join(self.folder, f"{name}.pt"), weights_only=True))
            self.loaded[name] = network.eval()
        return self.loaded[name]

    @torch.no_grad()
    def reconstruct(self, rng, name: str, image: np.ndarray, jitter: float = 0.0) -> np.ndarray:
        """The picture as an autoencoder draws it."""
        torch.manual_seed(int(rng.integers(1 << 30)))
        h, w = image.shape[:2]
        padded = cv2.copyMakeBorder(image, 0, -h % 8, 0, -w % 8, cv2.BORDER_REFLECT_101)
        return to_image(self[name](to_tensor(padded), jitter))[:h, :w]

    @torch.no_grad()
    def hallucinate(self, rng, thumbnail: np.ndarray) -> np.ndarray:
        """A picture sixteen times the thumbnail's size; all detail is the network's."""
        torch.manual_seed(int(rng.integers(1 << 30)))
        x = to_tensor(thumbnail)
        return to_image(self["cascade"](self["cascade"](x).clamp(-1, 1)))

    @torch.no_grad()
    def refill(self, rng, image: np.ndarray, mask: np.ndarray) -> np.ndarray:
        """What the networks put into the hole: an invention from the surroundings, or a redrawing of what was there."""
        ys, xs = np.nonzero(mask)
        h, w = mask.shape
        margin = int(0.4 * max(np.ptp(ys), np.ptp(xs))) + 16
        box = slice(max(ys.min() - margin, 0), min(ys.max() + margin, h)), slice(max(xs.min() - margin, 0), min(xs.max() + margin, w))
        part, hole, result = image[box], mask[box], image.copy()
        invent = rng.random() < 0.6
        step = max(1.0, math.sqrt(hole.sum()) / (48 if invent else 200))
        size = max(int(part.shape[1] / step) // 8 * 8, 16), max(int(part.shape[0] / step) // 8 * 8, 16)
        small = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
        if invent:
            torch.manual_seed(int(rng.integers(1 << 30)))
            small_hole = cv2.dilate(cv2.resize(hole.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST), np.ones((3, 3), np.uint8))
            small = to_image(self["refill"](to_tensor(small), torch.from_numpy(small_hole.astype(np.float32))[None, None]))
        small = self.reconstruct(rng, str(rng.choice(["nearest", "transposed"])), small, jitter=rng.uniform(0, 0.3)) if not invent or rng.random() < 0.3 else small
        result[box] = cv2.resize(small, (part.shape[1], part.shape[0]), interpolation=cv2.INTER_CUBIC)
        return result


def to_tensor(image: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(image.astype(np.float32)).permute(2, 0, 1)[None] / 127.5 - 1


def to_image(x: torch.Tensor) -> np.ndarray:
    return ((x[0].permute(1, 2, 0).clamp(-1, 1) + 1) * 127.5).round().byte().numpy()


# --- whole pictures -------------------------------------------------------------------------------------------------

def dream_thumbnail(rng, first: np.ndarray, second: np.ndarray, side: int) -> np.ndarray:
    """A layout that exists nowhere: two thumbnails warped and mixed along a smooth border, recoloured. A sixteenth of `side`, in the form
    of the first photograph, so that neither size nor form tells the class."""
    h, w = first.shape[:2]
    scale = rng.uniform(1.0, 1.2) * side / 16 / max(h, w)
    size = max(round(w * scale), 8), max(round(h * scale), 8)

    def warped(photo):
        small = cv2.resize(photo, size, interpolation=cv2.INTER_AREA)
        field = cv2.resize(rng.normal(0, 4, (4, 5, 2)).astype(np.float32), size, interpolation=cv2.INTER_CUBIC)
        x, y = np.meshgrid(np.arange(size[0], dtype=np.float32), np.arange(size[1], dtype=np.float32))
        return cv2.remap(small, x + field[..., 0], y + field[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    share = cv2.resize(rng.normal(rng.choice([-3, 0, 3]), 2, (3, 4)).astype(np.float32), size, interpolation=cv2.INTER_CUBIC)
    share = 1 / (1 + np.exp(-share))[..., None]
    image = warped(first) * share + warped(second) * (1 - share)
    hsv = cv2.cvtColor(image.astype(np.uint8), cv2.COLOR_RGB2HSV).astype(np.float32)
    hsv[..., 0] = (hsv[..., 0] + rng.normal(0, 12)) % 180
    return cv2.cvtColor(hsv.astype(np.uint8), cv2.COLOR_HSV2RGB)


def fractal_noise(rng, h: int, w: int, roughness: float) -> np.ndarray:
    """(h, w) float32 in 0..1: octaves of smooth noise."""
    out, cells, strength = np.zeros((h, w), np.float32), 2, 1.0
    while cells < max(h, w) / 2:
        grid = rng.standard_normal((max(cells * h // max(h, w), 2) + 1, cells + 1)).astype(np.float32)
        out += strength * cv2.resize(grid, (w, h), interpolation=cv2.INTER_CUBIC)
        cells, strength = cells * 2, strength * roughness
    low, high = np.percentile(out, (1, 99))
    return np.clip((out - low) / (high - low + 1e-6), 0, 1)


def palette(rng, count: int) -> np.ndarray:
    hsv = np.stack([(rng.uniform(0, 180) + rng.normal(0, 25, count)) % 180, rng.uniform(20, 200, count), np.sort(rng.uniform(20, 250, count))], -1)
    return cv2.cvtColor(hsv[None].astype(np.uint8), cv2.COLOR_HSV2RGB)[0].astype(np.float32)


def coloured(rng, field: np.ndarray) -> np.ndarray:
    stops = palette(rng, 5)
    position = field * (len(stops) - 1)
    low = np.clip(position.astype(int), 0, len(stops) - 2)
    return stops[low] + (stops[low + 1] - stops[low]) * (position - low)[..., None]


def render(rng, h: int, w: int) -> np.ndarray:
    """Landscape of noise ridges under a sky, or shaded balls on a plane, or a pattern; lit by formula."""
    image = coloured(rng, np.linspace(1, 0, h, dtype=np.float32)[:, None] * np.ones((1, w), np.float32) * 0.7 + 0.3 * fractal_noise(rng, h, w, 0.5))
    kind = rng.choice(["ridges", "balls", "pattern"])
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    if kind == "ridges":
        for depth in range(rng.integers(2, 6)):
            line = h * (0.3 + 0.13 * depth) + h * 0.25 * (fractal_noise(rng, 8, w, 0.55)[4] - 0.5)
            ground = coloured(rng, fractal_noise(rng, h, w, 0.7)) * rng.uniform(0.4, 0.9)
            image = np.where((y > line)[..., None], ground, image)
    elif kind == "balls":
        texture = coloured(rng, fractal_noise(rng, h, w, 0.6))
        image = np.where((y > h * 0.6)[..., None], texture, image)
        light = rng.normal(0, 1, 3)
        light /= np.linalg.norm(light)
        for _ in range(rng.integers(3, 12)):
            r, cx, cy = rng.uniform(0.04, 0.2) * h, rng.uniform(0, w), rng.uniform(0.3, 0.9) * h
            dx, dy = (x - cx) / r, (y - cy) / r
            z = np.sqrt(np.clip(1 - dx * dx - dy * dy, 0, 1))
            shade = np.clip(dx * light[0] + dy * light[1] + z * abs(light[2]), 0, 1)[..., None]
            gloss = np.clip(shade, 0, 1) ** rng.uniform(10, 60) * 120
            image = np.where((z > 0)[..., None], palette(rng, 1)[0] * (0.25 + 0.75 * shade) + gloss, image)
    else:
        field = np.sin(fractal_noise(rng, h, w, 0.4) * rng.uniform(10, 60) + x / w * rng.uniform(0, 30))
        image = coloured(rng, (field + 1) / 2) * (0.6 + 0.4 * fractal_noise(rng, h, w, 0.7))[..., None]
    return np.clip(image, 0, 255).astype(np.uint8)


def in_light_of(image: np.ndarray, photo: np.ndarray) -> np.ndarray:
    """The picture with the photograph's mean saturation, brightness and contrast."""
    for _ in range(2):                                             # clipping moves the means: once more
        hsv, like = (cv2.cvtColor(i, cv2.COLOR_RGB2HSV).astype(np.float32) for i in (image, photo))
        hsv[..., 1] *= np.clip(like[..., 1].mean() / (hsv[..., 1].mean() + 1e-3), 0.3, 4)
        image = cv2.cvtColor(np.clip(np.round(hsv), 0, 255).astype(np.uint8), cv2.COLOR_HSV2RGB)
        grey, like = (cv2.cvtColor(i, cv2.COLOR_RGB2GRAY).astype(np.float32) for i in (image, photo))
        gain = np.clip(like.std() / (grey.std() + 1e-3), 0.4, 2.5)
        image = np.clip(np.round((image - grey.mean()) * gain + like.mean()), 0, 255).astype(np.uint8)
    return image


SOURCES = {"nearest": 0.30, "transposed": 0.24, "cascade": 0.31, "render": 0.15}


def synthetic(rng: np.random.Generator, networks: Networks, first: np.ndarray, second: np.ndarray, side: int, held_out: bool) -> Tuple[np.ndarray, str]:
    """A whole synthetic picture for a longest side of `side`, and the name of its source: in the form and the light of the first photograph,
    so that only what a generator does to a picture tells the class. `held_out` draws from the generator that training never sees."""
    source = HELD_OUT if held_out else str(rng.choice(list(SOURCES), p=list(SOURCES.values())))
    h, w = first.shape[:2]
    if source == "render":
        scale = rng.uniform(1.0, 1.2) * side / max(h, w)
        return in_light_of(render(rng, round(h * scale), round(w * scale)), first), source
    if source == "cascade":
        return in_light_of(networks.hallucinate(rng, dream_thumbnail(rng, first, second, side)), first), source
    step = min(rng.uniform(1.0, 1.8), max(max(h, w) * 1.15 / side, 1.0))               # never so small that the size tells the class
    small = cv2.resize(first, (int(w / step), int(h / step)), interpolation=cv2.INTER_AREA)
    return in_light_of(networks.reconstruct(rng, source, small, jitter=rng.uniform(0, 0.35)), first), source
