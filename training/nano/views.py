"""Pictures as the two vision parts see them after their given layers (energies.py), kept on disk, so that a step of training decodes
nothing and measures nothing: 57 KB a view."""
import multiprocessing
import os
from typing import Dict, List, Optional, Tuple

import cv2
import numpy as np
from PIL import Image
import torch

from fit.augment import augment
from fit.data import Sample
from fit.examples import read_mask
from fit.progress import Progress
from sida import images
from sida.clip import ClipTower

from . import energies

SHARE_CELL = 8                         # the tampered share is kept for cells of 8 x 8 pixels
Seen = Tuple[np.ndarray, np.ndarray, Tuple[int, int, int, int]]        # canvas, tampered share 0..255, box of the picture (top, left, bottom, right)


def read(sample: Sample, rng: Optional[np.random.Generator]) -> Tuple[np.ndarray, np.ndarray]:
    """(h, w, 3) uint8 and tampered share (h, w) 0..255; augmented when there is a generator."""
    image = images.read_rgb(sample.path)
    mask = read_mask(sample.mask, image.shape[:2]) if sample.mask else None
    if rng is not None:
        image, mask = augment(image, mask, rng, crop=True)
    return image, np.zeros(image.shape[:2], np.uint8) if mask is None else mask


def square(sample: Sample, config, rng: Optional[np.random.Generator] = None) -> Seen:
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


def frame(sample: Sample, config, rng: Optional[np.random.Generator] = None) -> Seen:
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


def patches_of(canvas: np.ndarray, p: int) -> torch.Tensor:
    """(S, S, 3) uint8 -> (g * g, 3 p p), in the order of the patch embedding's weights."""
    g = canvas.shape[0] // p
    return torch.from_numpy(canvas).reshape(g, p, g, p, 3).permute(0, 2, 4, 1, 3).reshape(g * g, 3 * p * p)


def tower_with_given_layers(config, samples: List[Sample], seed: int) -> ClipTower:
    """A tower whose given layers are brought to scale on some of the pictures; the others are at random."""
    torch.manual_seed(seed)
    tower = ClipTower(config)
    energies.begin(tower, seed)
    found = []
    for i in np.random.default_rng(seed).choice(len(samples), min(150, len(samples)), replace=False):
        canvas, _, (top, left, bottom, right) = square(samples[i], config)
        p, g = config.patch_size, config.image_size // config.patch_size
        inside = torch.zeros(g, g, dtype=torch.bool)
        inside[-(-top // p):bottom // p, -(-left // p):right // p] = True
        found.append(energies.hidden(tower, patches_of(canvas, p))[inside.flatten()])
    energies.standardise(tower, torch.cat(found))
    return tower


def _arrays(folder: str, shapes: dict, count: int, mode: str) -> Dict[str, np.memmap]:
    return {name: np.memmap(os.path.join(folder, name), kind, mode, shape=(count, *shape)) for name, (shape, kind) in shapes.items()}


class Views:
    """`variants` views of every sample, the first as it is, the others augmented. File k holds picture k % N in variant k // N."""

    def __init__(self, folder: str, samples: List[Sample], tower: ClipTower, for_sam: bool, variants: int, seed: int, workers: int, device: str = "cpu"):
        os.makedirs(folder, exist_ok=True)
        self.samples, self.variants, self.device = samples, variants, device
        self.labels = np.array([s.label for s in samples])
        self.cells = tower.config.patch_size // SHARE_CELL         # of a share to the side of a patch
        count, side, g = len(samples) * variants, tower.config.image_size, tower.config.image_size // tower.config.patch_size
        shapes = {"features": ((g * g, energies.KEPT), np.float16), "shares": ((side // SHARE_CELL,) * 2, np.uint8), "inside": ((g, g), np.bool_)}
        done = os.path.join(folder, "done")
        if not os.path.exists(done):
            _arrays(folder, shapes, count, "w+")
            progress = Progress(count)
            start = folder, samples, tower, for_sam, seed, count, shapes
            with multiprocessing.get_context("spawn").Pool(workers, _start, start) as pool:
                for number, _ in enumerate(pool.imap_unordered(_one, range(count), chunksize=16), 1):
                    progress.show(number, f"views {os.path.basename(folder)}")
            open(done, "w", encoding="ascii").close()
        arrays = _arrays(folder, shapes, count, "r+")
        self.features, self.shares, self.inside = (torch.from_numpy(np.asarray(arrays[name])).to(device) for name in shapes)

    def __len__(self) -> int:
        return len(self.samples) * self.variants

    def batch(self, indices, rng: Optional[np.random.Generator] = None, described: bool = False) -> Tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """-> features (B, n, KEPT) float32, shares (B, S / 8, S / 8) 0..1, inside (B, g, g) bool; varied when there is a generator,
        `described` in such ways that a description stays true."""
        at = torch.as_tensor(np.asarray(indices), device=self.features.device)
        found = self.features[at].float(), self.shares[at].float() / 255, self.inside[at]
        return found if rng is None else vary(*found, rng, described)

    def of_patches(self, shares: torch.Tensor) -> torch.Tensor:
        """(B, S / 8, S / 8) -> (B, g, g): the tampered share of every patch."""
        return torch.nn.functional.avg_pool2d(shares[:, None], self.cells)[:, 0]


_worker: dict = {}


def _start(folder, samples, tower, for_sam, seed, count, shapes) -> None:
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    _worker.update(samples=samples, tower=tower, for_sam=for_sam, seed=seed, arrays=_arrays(folder, shapes, count, "r+"))


def _one(number: int) -> None:
    w, count = _worker, len(_worker["samples"])
    rng = np.random.default_rng([w["seed"], 8, number]) if number >= count else None
    config = w["tower"].config
    canvas, share, (top, left, bottom, right) = (frame if w["for_sam"] else square)(w["samples"][number % count], config, rng)
    p, side = config.patch_size, canvas.shape[0] // SHARE_CELL
    w["arrays"]["features"][number] = energies.keep(energies.hidden(w["tower"], patches_of(canvas, p), first_norm=not w["for_sam"])).numpy()
    w["arrays"]["shares"][number] = cv2.resize(share, (side, side), interpolation=cv2.INTER_AREA)
    w["arrays"]["inside"][number] = False
    w["arrays"]["inside"][number][top // p:-(-bottom // p), left // p:-(-right // p)] = True


def vary(features: torch.Tensor, shares: torch.Tensor, inside: torch.Tensor, rng: np.random.Generator, described: bool = False):
    """A batch of views with other strengths of every band: what changes a whole picture says nothing of tampering. Unless it is
    `described`, they are mirrored at random, and some are without colours, which tell photographs apart."""
    b, n, _ = features.shape
    g, device = inside.shape[1], features.device
    bands = torch.as_tensor(rng.normal(0, 0.35, (b, 1, energies.FEATURES // 4)), dtype=torch.float32, device=device).repeat_interleave(4, 2)
    colours = torch.as_tensor(rng.normal(0, 0.2, (b, 1, 3)), dtype=torch.float32, device=device).repeat(1, 1, 4)
    shift = torch.cat((bands, colours, torch.zeros(b, 1, 2, device=device)), 2)
    noise = torch.Generator(device=device).manual_seed(int(rng.integers(1 << 40)))
    rough = 0.05 * torch.randn(b, n, energies.KEPT, generator=noise, device=device)
    rough[..., energies.FEATURES:] = 0
    features = features + (shift + rough) * inside.flatten(1)[..., None]
    if described:
        return features, shares, inside
    features[torch.as_tensor(rng.random(b) < 0.3, device=device), :, energies.FEATURES:energies.FEATURES + 12] = 0
    features = features.view(b, g, g, -1)
    for mirror, move in (("left-right", lambda x: x.flip(2)), ("up-down", lambda x: x.flip(1)), ("diagonal", lambda x: x.transpose(1, 2))):
        if rng.random() < 0.5:
            features, shares, inside = move(features)[..., energies.permutation(mirror)], move(shares), move(inside)
    return features.flatten(1, 2), shares, inside
