"""Pictures as the two vision parts see them, kept on disk (and on the GPU, where there is one), so that a step decodes nothing."""
import multiprocessing
import os
from typing import Callable, List, Optional, Tuple

import cv2
import numpy as np
from PIL import Image
import torch

from fit.augment import augment
from fit.data import Sample
from fit.examples import read_mask
from fit.progress import Progress
from sida import images
from sida.config import ClipConfig

SHARE_CELL = 8                         # the tampered share is kept for cells of 8 x 8 pixels
Seen = Tuple[np.ndarray, np.ndarray, Tuple[int, int, int, int]]        # canvas, tampered share 0..255, box of the picture (top, left, bottom, right)


def read(sample: Sample, rng: Optional[np.random.Generator]) -> Tuple[np.ndarray, np.ndarray]:
    """(h, w, 3) uint8 and tampered share (h, w) 0..255; augmented when there is a generator."""
    image = images.read_rgb(sample.path)
    mask = read_mask(sample.mask, image.shape[:2]) if sample.mask else None
    if rng is not None:
        image, mask = augment(image, mask, rng, crop=True)
    return image, np.zeros(image.shape[:2], np.uint8) if mask is None else mask


def square(sample: Sample, config: ClipConfig, rng: Optional[np.random.Generator] = None) -> Seen:
    """What the CLIP tower sees: shortest side scaled, the middle square, black where the picture ends."""
    image, mask = read(sample, rng)
    h, w = image.shape[:2]
    short, side = config.resize_shortest, config.image_size
    h, w = (short, int(short * w / h)) if h <= w else (int(short * h / w), short)
    image, mask = images.resize(image, h, w, Image.BICUBIC), cv2.resize(mask, (w, h), interpolation=cv2.INTER_AREA)
    cut = [max((n - side) // 2, 0) for n in (h, w)]
    at = [max((side - n + 1) // 2, 0) for n in (h, w)]
    image, mask = (x[cut[0]:cut[0] + side, cut[1]:cut[1] + side] for x in (image, mask))
    return _on_canvas(image, mask, side, at, (0, 0, 0))


def frame(sample: Sample, config: ClipConfig, rng: Optional[np.random.Generator] = None) -> Seen:
    """What SAM sees: longest side scaled, at the top left; the rest in SAM's mean colour, which its normalisation turns to 0."""
    image, mask = read(sample, rng)
    h, w = images.sam_size(*image.shape[:2], config.image_size)
    image, mask = images.resize(image, h, w, Image.BILINEAR), cv2.resize(mask, (w, h), interpolation=cv2.INTER_AREA)
    return _on_canvas(image, mask, config.image_size, (0, 0), np.round(images.SAM_MEAN))


def _on_canvas(image, mask, side: int, at, colour) -> Seen:
    canvas, share = np.empty((side, side, 3), np.uint8), np.zeros((side, side), np.uint8)
    canvas[:] = np.asarray(colour, np.uint8)
    box = at[0], at[1], at[0] + image.shape[0], at[1] + image.shape[1]
    canvas[box[0]:box[2], box[1]:box[3]], share[box[0]:box[2], box[1]:box[3]] = image, mask
    return canvas, share, box


class Views:
    """`variants` views of every sample, the first as it is, the others augmented. File k holds picture k % N in variant k // N."""

    def __init__(self, folder: str, samples: List[Sample], config: ClipConfig, view: Callable, variants: int, seed: int, workers: int, device: str = "cpu"):
        os.makedirs(folder, exist_ok=True)
        self.samples, self.variants, self.device = samples, variants, device
        self.labels = np.array([s.label for s in samples])
        count, side = len(samples) * variants, config.image_size
        shapes = {"pixels": (side, side, 3), "shares": (side // SHARE_CELL,) * 2, "boxes": (4,)}
        kinds = {"pixels": np.uint8, "shares": np.uint8, "boxes": np.int16}
        done = os.path.join(folder, "done")
        if not os.path.exists(done):
            for name, shape in shapes.items():
                np.memmap(os.path.join(folder, name), kinds[name], "w+", shape=(count, *shape)).flush()
            self._fill(folder, view, config, seed, workers, count, shapes, kinds)
            open(done, "w", encoding="ascii").close()
        arrays = {name: np.memmap(os.path.join(folder, name), kinds[name], "r+", shape=(count, *shape)) for name, shape in shapes.items()}
        self.pixels, self.shares, self.boxes = (torch.from_numpy(arrays[name]) for name in ("pixels", "shares", "boxes"))
        if device != "cpu":
            self.pixels, self.shares, self.boxes = (t.to(device) for t in (self.pixels, self.shares, self.boxes))

    def _fill(self, folder, view, config, seed, workers, count, shapes, kinds) -> None:
        progress = Progress(count)
        context = multiprocessing.get_context("spawn")
        with context.Pool(workers, _start, (folder, self.samples, config, view, seed, count, shapes, kinds)) as pool:
            for number, _ in enumerate(pool.imap_unordered(_one, range(count), chunksize=16), 1):
                progress.show(number, f"views {os.path.basename(folder)}")

    def __len__(self) -> int:
        return len(self.samples) * self.variants

    def batch(self, indices) -> Tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """-> pixels (B, S, S, 3) uint8, shares (B, S / 8, S / 8) uint8, boxes (B, 4)."""
        at = torch.as_tensor(np.asarray(indices), device=self.pixels.device)
        return self.pixels[at], self.shares[at], self.boxes[at]


_worker: dict = {}


def _start(folder, samples, config, view, seed, count, shapes, kinds) -> None:
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    arrays = {name: np.memmap(os.path.join(folder, name), kinds[name], "r+", shape=(count, *shape)) for name, shape in shapes.items()}
    _worker.update(samples=samples, config=config, view=view, seed=seed, arrays=arrays)


def _one(number: int) -> None:
    w, count = _worker, len(_worker["samples"])
    rng = np.random.default_rng([w["seed"], 8, number]) if number >= count else None
    canvas, share, box = w["view"](w["samples"][number % count], w["config"], rng)
    side = canvas.shape[0] // SHARE_CELL
    w["arrays"]["pixels"][number], w["arrays"]["boxes"][number] = canvas, box
    w["arrays"]["shares"][number] = cv2.resize(share, (side, side), interpolation=cv2.INTER_AREA)


def vary(pixels: torch.Tensor, shares: torch.Tensor, boxes: torch.Tensor, rng: np.random.Generator):
    """A batch of views, mirrored, with other light, grain and sharpness: what changes a whole picture says nothing of tampering.
    The colour around the pictures stays. -> the same three."""
    b, side = pixels.shape[:2]
    device = pixels.device
    lines = torch.arange(side, device=device)
    rows, columns = ((lines >= boxes[:, i:i + 1]) & (lines < boxes[:, i + 2:i + 3]) for i in (0, 1))                 # (B, S)
    inside = rows[:, :, None] & columns[:, None]                                                                   # (B, S, S)

    def draw(low, high, share=1.0):
        values = rng.uniform(low, high, b) * (rng.random(b) < share)
        return torch.as_tensor(values, dtype=torch.float32, device=device).view(b, 1, 1, 1)
    x = pixels.float()
    soft = torch.nn.functional.avg_pool2d(x.permute(0, 3, 1, 2), 3, 1, 1, count_include_pad=False).permute(0, 2, 3, 1)
    x = x + draw(-0.5, 0.9, 0.4) * (soft - x)
    x = (x - 128) * (1 + draw(-0.2, 0.2)) + 128 + draw(-15, 15)
    grain = torch.Generator(device=device).manual_seed(int(rng.integers(1 << 40)))
    x = x + draw(0, 4, 0.4) * torch.randn(x.shape, generator=grain, device=device)
    x = torch.where(inside[..., None], x.clamp(0, 255).round().to(torch.uint8), pixels)
    dims = [d for d in (1, 2) if rng.random() < 0.5]
    if dims:
        x, shares, inside = x.flip(dims), shares.flip(dims), inside.flip(dims)
    if rng.random() < 0.5:
        x, shares, inside = x.transpose(1, 2), shares.transpose(1, 2), inside.transpose(1, 2)
    return x, shares, inside


def patches_of(pixels: torch.Tensor, p: int) -> torch.Tensor:
    """(B, S, S, 3) uint8 -> (B, g, g, 3 p p), in the order of the patch embedding's weights."""
    b, side = pixels.shape[:2]
    g = side // p
    return pixels.reshape(b, g, p, g, p, 3).permute(0, 1, 3, 5, 2, 4).reshape(b, g, g, 3 * p * p)
