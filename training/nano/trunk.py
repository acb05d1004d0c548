"""The layers that CLIP and SAM share learn where a picture was tampered with and whether it is synthetic: with a label for every patch they
learn far more from a picture than from its verdict alone. The first layer (energies.py) stays as it is, so that its output is computed
once a picture and kept on disk; a step then costs a tenth of one that begins at the pixels."""
import os
from dataclasses import dataclass
from typing import List, Optional

import cv2
import numpy as np
import torch
from torch import nn
import torch.nn.functional as F

from fit import state
from fit.data import Sample
from fit.progress import Progress
from sida.clip import ClipTower
from sida.config import ClipConfig

from . import energies
from .views import square


@dataclass
class Plan:
    steps: int
    batch: int = 12                    # pictures
    lr: float = 1e-3
    weight_decay: float = 0.03
    warmup: int = 60
    seed: int = 1
    bf16: bool = True
    save_every: int = 100
    check_every: int = 250
    window: int = 14
    whole_share: float = 0.15


class Tokens:
    """First-layer tokens of a list of pictures on disk: float16 (N, 1 + n, C), and the tampered share 0..255 of every patch, or of
    detail x detail parts of every patch: uint8 (N, n * detail * detail)."""

    def __init__(self, folder: str, tower: ClipTower, samples: List[Sample], variants: int, seed: int, view=square, detail: int = 1):
        os.makedirs(folder, exist_ok=True)
        self.samples, self.variants = samples, variants
        count, n, c = len(samples) * variants, tower.config.num_tokens, tower.config.hidden_size
        self.labels = np.array([s.label for s in samples])
        done = os.path.join(folder, "done")
        mode = "r+" if os.path.exists(os.path.join(folder, "tokens")) else "w+"
        self.tokens = np.memmap(os.path.join(folder, "tokens"), np.float16, mode, shape=(count, 1 + n, c))
        self.shares = np.memmap(os.path.join(folder, "shares"), np.uint8, mode, shape=(count, n * detail ** 2))
        start = int(open(done, encoding="ascii").read()) if os.path.exists(done) else 0
        progress = Progress(count, start)
        for i in range(start, count):
            sample, variant = samples[i % len(samples)], i // len(samples)
            image, mask = view(sample, tower.config, np.random.default_rng([seed, 8, i]) if variants > 1 or seed else None)
            self.tokens[i] = first_layer(tower, image).to(torch.float16).numpy()
            g = detail * tower.config.image_size // tower.config.patch_size
            self.shares[i] = cv2.resize(mask, (g, g), interpolation=cv2.INTER_AREA).flatten()
            if i % 100 == 99 or i == count - 1:
                with open(done, "w", encoding="ascii") as f:
                    f.write(str(i + 1))
            progress.show(i + 1, "first layer")


@torch.no_grad()
def first_layer(tower: ClipTower, image: np.ndarray) -> torch.Tensor:
    """(S, S, 3) uint8 -> (1 + n, C)."""
    config, body = tower.config, tower.vision_model
    p, g = config.patch_size, config.image_size // config.patch_size
    e = body.embeddings
    patches = torch.from_numpy(image).view(g, p, g, p, 3).permute(0, 2, 4, 1, 3).reshape(g * g, 3, p * p).float() / 255
    patches = (patches - torch.tensor(config.image_mean)[:, None]) / torch.tensor(config.image_std)[:, None]
    x = patches.flatten(1) @ e.patch_embedding.weight.flatten(1).T
    x = torch.cat((e.class_embedding[None], x)) + e.position_embedding.weight
    x = body.pre_layrnorm(x)
    layer = body.encoder.layers[0]
    return x + layer.mlp(layer.layer_norm2(x))                     # its attention adds nothing


class DenseTrunk(nn.Module):
    """The tower's layers after the first, with heads that are thrown away afterwards."""

    def __init__(self, tower: ClipTower):
        super().__init__()
        c = tower.config.hidden_size
        used = tower.config.select_layer % (tower.config.num_hidden_layers + 1)
        self.layers = nn.ModuleList(list(tower.vision_model.encoder.layers)[1:used])
        self.patches, self.score, self.pooled, self.verdict = nn.Linear(c, 2), nn.Linear(c, 2), nn.Linear(2 * c, 3), nn.Linear(c, 3)

    def forward(self, x: torch.Tensor):
        """(B, 1 + n or n, C): with the class token, as CLIP has it, or without, as SAM -> patch logits (B, n, 2), verdict logits (B, 3)
        from the plain mean of all patches (so that any later layer finds the verdict everywhere), and from the most telling patches."""
        extra = x.shape[1] % 2                                    # grids have an even number of patches
        for layer in self.layers:
            x = layer(x)
        x = F.layer_norm(x[:, extra:].float(), x.shape[-1:])       # what mm_projector will see, on one scale
        telling = self.score(x).softmax(1).transpose(1, 2) @ x     # (B, 2, C)
        return self.patches(x), self.verdict(x.mean(1)), self.pooled(telling.flatten(1))


# Tampered pictures are the hardest class: they come more often.
CLASSES = (2, 0, 1, 2, 0, 2, 1, 0, 2, 1, 2, 0)


def train_trunk(tower: ClipTower, train: Tokens, check: Optional[Tokens], plan: Plan, file: str) -> DenseTrunk:
    torch.manual_seed(plan.seed)
    trunk = DenseTrunk(tower)
    table = tower.vision_model.embeddings.position_embedding.weight.detach()
    g = tower.config.image_size // tower.config.patch_size
    optimiser = torch.optim.AdamW(
        [{"params": [p for p in trunk.parameters() if p.ndim > 1], "weight_decay": plan.weight_decay},
         {"params": [p for p in trunk.parameters() if p.ndim <= 1], "weight_decay": 0.0}], plan.lr, betas=(0.9, 0.98))
    done = 0
    if os.path.exists(file):
        saved = state.read(file)
        trunk.load_state_dict(saved["network"])
        done = saved["done"]
        if done < plan.steps:
            optimiser.load_state_dict(saved["optimiser"])
    by_class = [np.flatnonzero(train.labels == c) for c in range(3)]
    progress, smooth = Progress(plan.steps, done), {}
    while done < plan.steps:
        rng = np.random.default_rng([plan.seed, 7, done])
        labels = [CLASSES[i % len(CLASSES)] for i in range(plan.batch)]
        picks = [int(rng.choice(by_class[c])) + len(train.samples) * int(rng.integers(train.variants)) for c in labels]
        tokens = torch.from_numpy(np.stack([train.tokens[i] for i in picks])).float()
        shares = torch.from_numpy(np.stack([train.shares[i] for i in picks])).float().view(-1, g, g) / 255
        across, down = bool(rng.integers(2)), bool(rng.integers(2))
        grid = energies.flip(tokens[:, 1:].view(plan.batch, g, g, -1), table, across, down)
        shares = shares.flip([d for d, wanted in ((1, down), (2, across)) if wanted])
        size = plan.window if done < plan.steps * (1 - plan.whole_share) else g
        truth = torch.tensor(labels)
        if size < g:
            grid, shares = windows(grid, shares, size, rng)
            truth[(truth == 2) & (shares.sum((1, 2)) < 0.4)] = 0   # a clean window of a tampered picture is real
        tokens, shares = torch.cat((tokens[:, :1], grid.flatten(1, 2)), 1), shares.flatten(1)
        factor = min(1.0, (done + 1) / plan.warmup) * 0.5 * (1 + np.cos(np.pi * done / plan.steps))
        for group in optimiser.param_groups:
            group["lr"] = plan.lr * factor
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=plan.bf16):
            patches, verdict, pooled = trunk(tokens[:, int(rng.integers(2)):])
            targets = torch.stack(((truth == 1).float()[:, None].expand_as(shares), shares), -1)
            dense, cls = F.binary_cross_entropy_with_logits(patches.float(), targets), F.cross_entropy(verdict.float(), truth)
        loss = 3 * dense + cls + F.cross_entropy(pooled.float(), truth)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        if torch.isfinite(nn.utils.clip_grad_norm_(trunk.parameters(), 1.0)):
            optimiser.step()
        done += 1
        for k, v in {"dense": float(dense), "cls": float(cls), "right": float((verdict.argmax(1) == truth).float().mean())}.items():
            smooth[k] = 0.97 * smooth.get(k, v) + 0.03 * v
        progress.show(done, "trunk " + " ".join(f"{k} {v:.3f}" for k, v in smooth.items()))
        if done % plan.save_every == 0 or done == plan.steps:
            state.write(file, {"network": trunk.state_dict(), "optimiser": optimiser.state_dict(), "done": done})
        if check is not None and (done % plan.check_every == 0 or done == plan.steps):
            print(f"trunk {done}: {measure(trunk, check)}", flush=True)
    return trunk


def windows(grid: torch.Tensor, shares: torch.Tensor, size: int, rng: np.random.Generator):
    """A square part of each picture: attention costs a fifth, and every part is another example. Not of the black around pictures, and
    where there is something to find mostly there."""
    parts = []
    for tokens, share in zip(grid, shares):
        there = (tokens[..., :8] - tokens[0, 0, :8]).abs().amax(-1) > 1e-3             # a corner is black unless the picture is square
        at = []
        for axis in (0, 1):
            lines = torch.nonzero(there.any(1 - axis)).flatten()
            first, last = (int(lines[0]), int(lines[-1])) if len(lines) else (0, len(share) - 1)
            low, high = min(first, len(share) - size), max(min(last + 1, len(share)) - size, 0)
            at.append(int(rng.integers(min(low, high), max(low, high) + 1)))
        found = torch.nonzero(share > 0.5)
        if len(found) and rng.random() < 0.7:
            y, x = found[int(rng.integers(len(found)))].tolist()
            at = [min(max(v - int(rng.integers(size)), 0), len(share) - size) for v in (y, x)]
        box = slice(at[0], at[0] + size), slice(at[1], at[1] + size)
        parts.append((tokens[box], share[box]))
    return torch.stack([p[0] for p in parts]), torch.stack([p[1] for p in parts])


@torch.no_grad()
def measure(trunk: DenseTrunk, tokens: Tokens) -> str:
    trunk.eval()
    right, ious = np.zeros((3, 3), int), []
    for i, label in enumerate(tokens.labels):
        patches, verdict, _ = trunk(torch.from_numpy(np.asarray(tokens.tokens[i])).float()[None])
        right[label, int(verdict.argmax())] += 1
        if label == 2:
            said, true = (patches[0, :, 1] > 0).numpy(), np.asarray(tokens.shares[i]) > 127
            ious.append((said & true).sum() / max((said | true).sum(), 1))
    trunk.train()
    return f"accuracy {np.trace(right) / right.sum():.3f}, confusion {right.tolist()}, mean patch IoU {np.mean(ious):.3f}"
