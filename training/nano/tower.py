"""The CLIP tower learns to see manipulations before the language model is there: with a label for every patch it learns far more from a
picture than from its verdict alone. Mostly on windows (a fifth of the cost, and every window is another example), then on whole views."""
from typing import Tuple

import numpy as np
import torch
from torch import nn
import torch.nn.functional as F

from sida.clip import ClipTower
from sida.config import ClipConfig

from . import energies
from .learn import Plan, learn
from .views import SHARE_CELL, Views, patches_of, vary

WINDOW = 14                            # patches a side
WHOLE_FROM = 0.8                       # the last part of the run sees whole views
# Tampered pictures are the hardest class: they come more often.
CLASSES = (2, 0, 1, 2, 0, 2, 1, 0, 2, 1, 2, 0)


class DenseTower(nn.Module):
    """The tower with heads that are thrown away afterwards."""

    def __init__(self, config: ClipConfig):
        super().__init__()
        c = config.hidden_size
        self.config, self.tower = config, ClipTower(config)
        self.patches, self.score, self.pooled, self.verdict = nn.Linear(c, 2), nn.Linear(c, 2), nn.Linear(2 * c, 3), nn.Linear(c, 3)

    def forward(self, patches: torch.Tensor, places: torch.Tensor, with_class: bool = True):
        """patches (B, n, 3 p p) uint8, places (B, n): rows of the position table -> patch logits (B, n, 2): synthetic, tampered; verdict
        logits (B, 3) from the plain mean of the patches, so that any later layer finds the verdict everywhere; the same from the most
        telling patches. SAM has no class token, so the layers must do without one too.
        A linear layer on bytes is the tower's convolution: three times faster backward on CPUs, and bytes are exact in bfloat16, while
        normalised pixels are not. The normalisation goes into the weights."""
        body = self.tower.vision_model
        e = body.embeddings
        weight = e.patch_embedding.weight.flatten(2)                                   # (C, 3, p p)
        mean, std = (torch.tensor(v, device=weight.device) for v in (self.config.image_mean, self.config.image_std))
        scaled, shift = (weight / (255 * std[:, None])).flatten(1), (weight.sum(2) * ((128 / 255 - mean) / std)).sum(1)
        kind = torch.bfloat16 if torch.is_autocast_enabled() or torch.is_autocast_cpu_enabled() else torch.float32
        x = F.linear((patches.to(torch.int16) - 128).to(kind), scaled).float() + shift + e.position_embedding(places)
        if with_class:
            first = e.class_embedding + e.position_embedding.weight[0]
            x = torch.cat((first.expand(len(x), 1, -1), x), 1)
        x = body.pre_layrnorm(x)
        for layer in body.encoder.layers[:self.config.select_layer % (self.config.num_hidden_layers + 1)]:
            x = layer(x)
        x = F.layer_norm(x[:, int(with_class):].float(), x.shape[-1:])                 # what mm_projector will see, on one scale
        telling = self.score(x).softmax(1).transpose(1, 2).to(x.dtype) @ x             # (B, 2, C)
        return self.patches(x), self.verdict(x.mean(1)), self.pooled(telling.flatten(1))


def windows(patches, shares, inside, size: int, rng: np.random.Generator):
    """patches (B, g, g, D), shares (B, g, g) 0..1, inside (B, g, g) bool -> windows of each (B, size, size, ..) and their places (B, n).
    Where there is something to find, mostly there; else anywhere on the picture, a border of black included."""
    b, g = shares.shape[:2]
    ys, xs = [], []
    found = (shares > 0.5).cpu().numpy()
    there = inside.cpu().numpy()
    for i in range(b):
        spots = np.argwhere(found[i]) if found[i].any() and rng.random() < 0.7 else np.argwhere(there[i])
        y, x = spots[rng.integers(len(spots))] if len(spots) else (g // 2, g // 2)
        ys.append(int(np.clip(y - rng.integers(size), 0, g - size)))
        xs.append(int(np.clip(x - rng.integers(size), 0, g - size)))
    device = shares.device
    steps = torch.arange(size, device=device)
    rows, columns = torch.tensor(ys, device=device)[:, None] + steps, torch.tensor(xs, device=device)[:, None] + steps   # (B, size)
    at = torch.arange(b, device=device)[:, None, None], rows[:, :, None], columns[:, None, :]
    return patches[at], shares[at], (rows[:, :, None] * g + columns[:, None, :] + 1).flatten(1)


def prepare(views: Views, indices, config: ClipConfig, rng=None) -> Tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """-> patches (B, g, g, D) uint8, shares (B, g, g) 0..1, inside (B, g, g)."""
    pixels, shares, boxes = views.batch(indices)
    p, side = config.patch_size, config.image_size
    if rng is None:
        lines = torch.arange(side, device=pixels.device)
        rows, columns = ((lines >= boxes[:, i:i + 1]) & (lines < boxes[:, i + 2:i + 3]) for i in (0, 1))
        inside = rows[:, :, None] & columns[:, None]
    else:
        pixels, shares, inside = vary(pixels, shares, boxes, rng)
    shares = F.avg_pool2d(shares.float()[:, None] / 255, p // SHARE_CELL)[:, 0]
    return patches_of(pixels, p), shares, F.max_pool2d(inside.float()[:, None], p)[:, 0] > 0


def train_tower(config: ClipConfig, train: Views, check: Views, plan: Plan, file: str) -> DenseTower:
    torch.manual_seed(plan.seed)
    network, g = DenseTower(config), config.image_size // config.patch_size
    few = np.random.default_rng(plan.seed).choice(len(train.samples), min(24, len(train.samples)), replace=False)
    mean, std = torch.tensor(config.image_mean), torch.tensor(config.image_std)
    energies.start_as_energies(network.tower, ((train.batch(few)[0].cpu().float() / 255 - mean) / std).permute(0, 3, 1, 2), plan.seed)
    network.to(plan.device)
    by_class = [np.flatnonzero(train.labels == c) for c in range(3)]
    all_places = (torch.arange(g * g, device=plan.device) + 1)[None]

    def step(rng, share):
        labels = [CLASSES[i % len(CLASSES)] for i in range(plan.batch)]
        picks = [int(rng.choice(by_class[c])) + len(train.samples) * int(rng.integers(train.variants)) for c in labels]
        patches, shares, inside = prepare(train, picks, config, rng)
        truth, places = torch.tensor(labels, device=plan.device), all_places.expand(plan.batch, -1)
        if share < WHOLE_FROM and WINDOW < g:
            patches, shares, places = windows(patches, shares, inside, WINDOW, rng)
            truth = torch.where((truth == 2) & (shares.sum((1, 2)) < 0.4), torch.zeros_like(truth), truth)     # a clean window is real
        dense, verdict, pooled = network(patches.flatten(1, 2), places, with_class=rng.random() < 0.6)
        shares = shares.flatten(1)
        targets = torch.stack(((truth == 1).float()[:, None].expand_as(shares), shares), -1)
        losses = {"dense": F.binary_cross_entropy_with_logits(dense.float(), targets), "verdict": F.cross_entropy(verdict.float(), truth),
                  "pooled": F.cross_entropy(pooled.float(), truth)}
        losses["loss"] = 3 * losses["dense"] + losses["verdict"] + losses["pooled"]
        losses["right"] = (verdict.argmax(1) == truth).float().mean()
        return losses

    @torch.no_grad()
    def measure():
        network.eval()
        right, ious = np.zeros((3, 3), int), []
        for start in range(0, len(check.samples), 24):
            indices = range(start, min(start + 24, len(check.samples)))
            patches, shares, _ = prepare(check, indices, config)
            with plan.autocast():
                dense, verdict, _ = network(patches.flatten(1, 2), all_places.expand(len(indices), -1))
            said, true = (dense[..., 1] > 0).cpu().numpy(), (shares.flatten(1) > 0.5).cpu().numpy()
            for row, i in enumerate(indices):
                right[check.labels[i], int(verdict[row].argmax())] += 1
                if check.labels[i] == 2:
                    ious.append((said[row] & true[row]).sum() / max((said[row] | true[row]).sum(), 1))
        network.train()
        return f"accuracy {np.trace(right) / max(right.sum(), 1):.3f}, confusion {right.tolist()}, mean IoU of patches {np.mean(ious):.3f}"
    learn("tower", dict(network.named_parameters()), lambda name: 1.0, plan, file, step, measure)
    return network.cpu()
