"""The two vision parts learn to see manipulations before the language model is attached: with a label for every patch and pixel
they learn far more from a picture than from its verdict alone.

1. CLIP tower: per patch 'synthetic' and 'tampered', per window the class. Mostly on windows of the picture (a quarter of the cost),
   with the position embeddings of their place, then on whole pictures.
2. SAM: starts as a copy of the tower (same width, depth and patch), then learns masks through its own decoder with one learnt prompt.
"""
import os
from dataclasses import dataclass
from typing import Callable, Iterator, List, Optional, Tuple

import cv2
import numpy as np
from PIL import Image
import torch
from torch import nn
import torch.nn.functional as F

from fit import losses, state
from fit.augment import augment
from fit.data import Sample
from fit.examples import prefetch, read_mask
from fit.progress import Progress
from sida import images
from sida.clip import ClipTower
from sida.config import ClipConfig, SamConfig
from sida.model import Sam

from .architecture import start_as_filters


@dataclass
class Plan:
    steps: int
    batch: int = 12                    # pictures
    windows: int = 4                   # of each picture (CLIP): reading it is dear
    lr: float = 1e-3
    weight_decay: float = 0.05
    warmup: int = 200
    seed: int = 1
    workers: int = 2
    bf16: bool = True
    save_every: int = 250
    whole_share: float = 0.15          # the last part of the run sees whole pictures (CLIP)
    window: int = 12                   # side of a window in patches (CLIP)


# Tampered pictures are the hardest class: they come more often.
CLASSES = (2, 0, 1, 2, 0, 2, 1, 0, 2, 1, 2, 0)


# --- 1. CLIP tower ------------------------------------------------------------------------------------------------

class DenseTower(nn.Module):
    """The tower with heads that are thrown away afterwards."""

    def __init__(self, config: ClipConfig):
        super().__init__()
        c = config.hidden_size
        self.config, self.tower = config, ClipTower(config)
        nn.init.normal_(self.tower.vision_model.embeddings.position_embedding.weight, std=0.02)
        self.patches, self.score, self.verdict = nn.Linear(c, 2), nn.Linear(c, 1), nn.Linear(2 * c, 3)

    def forward(self, patches: torch.Tensor, places: torch.Tensor):
        """patches (B, n, 3 p p) uint8 of windows, places (B, 1 + n): indices into the position embeddings -> patch logits (B, n, 2), (B, 3).
        The tower's convolution as a linear layer on bytes: three times faster backward on CPUs, and bytes are exact in bfloat16, while
        normalised pixels are not. The normalisation goes into the weights."""
        body = self.tower.vision_model
        e = body.embeddings
        weight = e.patch_embedding.weight.flatten(2)                                   # (C, 3, p p)
        mean, std = torch.tensor(self.config.image_mean), torch.tensor(self.config.image_std)
        scaled = (weight / (255 * std[:, None])).flatten(1)
        shift = (weight.sum(2) * ((128 / 255 - mean) / std)).sum(1)                     # (C)
        kind = torch.bfloat16 if torch.is_autocast_cpu_enabled() else torch.float32
        x = F.linear(patches.to(torch.int16).sub_(128).to(kind), scaled) + shift       # (B, n, C)
        x = torch.cat((e.class_embedding.to(x.dtype).expand(len(x), 1, -1), x), 1) + e.position_embedding(places)
        x = body.pre_layrnorm(x)
        for layer in body.encoder.layers[:self.config.select_layer % (self.config.num_hidden_layers + 1)]:
            x = layer(x)
        x = F.layer_norm(x[:, 1:].float(), x.shape[-1:])                               # what mm_projector will see, on one scale
        weights = self.score(x).softmax(1)                                             # (B, n, 1)
        return self.patches(x), self.verdict(torch.cat(((weights * x).sum(1), x.mean(1)), -1))


def tower_view(sample: Sample, config: ClipConfig, rng: Optional[np.random.Generator] = None) -> Tuple[np.ndarray, np.ndarray]:
    """The square that the tower sees, uint8, and the tampered share 0..255 there; augmented when there is a generator."""
    image = images.read_rgb(sample.path)
    mask = read_mask(sample.mask, image.shape[:2]) if sample.mask else None
    if rng is not None:
        image, mask = augment(image, mask, rng, crop=True)
    if mask is None:
        mask = np.zeros(image.shape[:2], np.uint8)
    h, w = image.shape[:2]
    short, side = config.resize_shortest, config.image_size
    h, w = (short, int(short * w / h)) if h <= w else (int(short * h / w), short)
    return centred(images.resize(image, h, w, Image.BICUBIC), side), centred(cv2.resize(mask, (w, h), interpolation=cv2.INTER_AREA), side)


def centred(image: np.ndarray, side: int) -> np.ndarray:
    """The middle square of `side`, black where the picture ends."""
    out = np.zeros((side, side, *image.shape[2:]), image.dtype)
    (top, left), (y, x) = ((n - side) // 2 for n in image.shape[:2]), (max((side - n + 1) // 2, 0) for n in image.shape[:2])
    part = image[max(top, 0):max(top, 0) + side, max(left, 0):max(left, 0) + side]
    out[y:y + part.shape[0], x:x + part.shape[1]] = part
    return out


def pixels_of(patches: torch.Tensor, config: ClipConfig) -> torch.Tensor:
    """The inverse: bytes of the patches of whole pictures (B, n, 3 p p) -> normalised pixels (B, 3, S, S)."""
    b, p = len(patches), config.patch_size
    side = int(round(patches.shape[1] ** 0.5))
    pixels = patches.view(b, side, side, 3, p, p).permute(0, 3, 1, 4, 2, 5).reshape(b, 3, side * p, side * p).float() / 255
    return (pixels - torch.tensor(config.image_mean)[:, None, None]) / torch.tensor(config.image_std)[:, None, None]


def window_of(image, mask, label: int, config: ClipConfig, size: int, rng: np.random.Generator):
    """-> bytes of its patches (n, 3 p p), places (1 + n), patch targets (n, 2), class of the window."""
    p, grid = config.patch_size, config.image_size // config.patch_size
    # Windows lie on the picture, not on the black around it.
    rows, columns = (np.flatnonzero(image[4::8, 4::8].any((1 - axis, 2))) * 8 // p for axis in (0, 1))
    y, x = (int(rng.integers(min(int(k[0]), grid - size) if len(k) else 0, max(int(k[-1]) + 2 - size, min(int(k[0]), grid - size) + 1) if len(k) else grid - size + 1))
            for k in (rows, columns))
    if size < grid and label == 2 and rng.random() < 0.65 and (mask > 127).any():      # most windows of tampered pictures show it
        ys, xs = np.nonzero(mask[::8, ::8] > 127)
        k = rng.integers(max(len(ys), 1))
        y, x = (int(np.clip(v[k] * 8 // p - rng.integers(size), 0, grid - size)) if len(v) else at for v, at in ((ys, y), (xs, x)))
    box = slice(y * p, (y + size) * p), slice(x * p, (x + size) * p)
    image, mask = image[box], mask[box]
    if size < grid:
        for axis in (0, 1):
            if rng.random() < 0.5:
                image, mask = np.flip(image, axis), np.flip(mask, axis)
        if rng.random() < 0.5:
            image, mask = image.transpose(1, 0, 2), mask.T
    bytes_ = torch.from_numpy(np.ascontiguousarray(image)).view(size, p, size, p, 3).permute(0, 2, 4, 1, 3).reshape(size * size, 3 * p * p)
    tampered = torch.from_numpy(mask.reshape(size, p, size, p).mean((1, 3), dtype=np.float32).flatten() / np.float32(255))
    places = (torch.arange(grid * grid).view(grid, grid)[y:y + size, x:x + size] + 1).flatten()
    targets = torch.stack((torch.full_like(tampered, float(label == 1)), tampered), 1)
    shows = label != 2 or tampered.sum() > 0.4                     # a clean window of a tampered picture is real
    return bytes_, torch.cat((torch.zeros(1, dtype=torch.long), places)), targets, label if shows else 0


def balanced(samples: List[Sample], count: int, rng: np.random.Generator, classes=(0, 1, 2)) -> List[int]:
    by_class = [[i for i, s in enumerate(samples) if s.label == c] for c in classes]
    return [int(rng.choice(by_class[i % len(by_class)])) for i in range(count)]


def batches(samples: List[Sample], plan: Plan, start: int, size: int, classes) -> Iterator[tuple]:
    """(step, 0, indices): a function of (seed, step)."""
    by_class = [np.array([i for i, s in enumerate(samples) if s.label == c]) for c in range(3)]
    for step in range(start, plan.steps):
        rng = np.random.default_rng([plan.seed, 7, step])
        yield step, 0, [int(rng.choice(by_class[classes[i % len(classes)]])) for i in range(size)]


def learn(name: str, network: nn.Module, plan: Plan, file: str, data: Callable[[int], Iterator], loss_of: Callable, check: Callable[[], str]) -> None:
    """The loop of both: AdamW, cosine, resume. `data(start)` yields batches, `loss_of(batch)` gives the loss and a dict to show."""
    optimiser = torch.optim.AdamW(
        [{"params": [p for p in network.parameters() if p.ndim > 1], "weight_decay": plan.weight_decay},
         {"params": [p for p in network.parameters() if p.ndim <= 1], "weight_decay": 0.0}], plan.lr, betas=(0.9, 0.98))
    done = 0
    if os.path.exists(file):
        saved = state.read(file)
        network.load_state_dict(saved["network"])
        done = saved["done"]
        if done < plan.steps:
            optimiser.load_state_dict(saved["optimiser"])
    progress, smooth = Progress(plan.steps, done), {}
    for batch in data(done):
        factor = min(1.0, (done + 1) / plan.warmup) * 0.5 * (1 + np.cos(np.pi * done / plan.steps))
        for group in optimiser.param_groups:
            group["lr"] = plan.lr * factor
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=plan.bf16):
            loss, shown = loss_of(batch)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        norm = nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        if torch.isfinite(norm):
            optimiser.step()
        done += 1
        for k, v in shown.items():
            smooth[k] = 0.98 * smooth.get(k, v) + 0.02 * v
        progress.show(done, f"{name} " + " ".join(f"{k} {v:.3f}" for k, v in smooth.items()))
        if done % plan.save_every == 0 or done == plan.steps:
            state.write(file, {"network": network.state_dict(), "optimiser": optimiser.state_dict(), "done": done})
            if done % (4 * plan.save_every) == 0 or done == plan.steps:
                print(f"{name} {done}: {check()}", flush=True)


def pretrain_tower(config: ClipConfig, train: List[Sample], validation: List[Sample], plan: Plan, file: str) -> DenseTower:
    torch.manual_seed(plan.seed)
    network, grid = DenseTower(config), config.image_size // config.patch_size
    few = balanced(train, 24, np.random.default_rng(plan.seed))
    pixels = pixels_of(torch.stack([window_of(*tower_view(train[i], config), 0, config, grid, np.random.default_rng(i))[0] for i in few]), config)
    start_as_filters(network.tower.vision_model.embeddings.patch_embedding, pixels, plan.seed)
    whole_from = int(plan.steps * (1 - plan.whole_share))

    def make(batch, place):
        step, _, indices = batch
        sample, rng = train[indices[place]], np.random.default_rng([plan.seed, 8, step, place])
        view = tower_view(sample, config, rng)
        size, count = (grid, 1) if step >= whole_from else (plan.window, plan.windows)
        return [window_of(*view, sample.label, config, size, rng) for _ in range(count)]

    def data(start):
        yield from prefetch(batches(train, plan, start, plan.batch, CLASSES), make, plan.workers)

    def tensors(found):
        flat = [w for group in found for w in group]
        return (*(torch.stack([w[i] for w in flat]) for i in range(3)), torch.tensor([w[3] for w in flat]))

    def loss_of(batch):
        windows, places, targets, labels = tensors(batch[1])
        patches, verdict = network(windows, places)
        dense, cls = F.binary_cross_entropy_with_logits(patches.float(), targets), F.cross_entropy(verdict.float(), labels)
        return 3 * dense + cls, {"dense": float(dense), "cls": float(cls), "correct": float((verdict.argmax(1) == labels).float().mean())}

    @torch.no_grad()
    def check():
        network.eval()
        right, inter, union, clean = np.zeros((3, 3), int), 0.0, 0.0, validation[::max(1, len(validation) // 450)]
        for i, sample in enumerate(clean):
            rng = np.random.default_rng(i)
            patches, places, targets, _ = window_of(*tower_view(sample, config), sample.label, config, grid, rng)
            found, verdict = network(patches[None], places[None])
            right[sample.label, int(verdict.argmax())] += 1
            if sample.label == 2:
                said, true = found[0, :, 1] > 0, targets[:, 1] > 0.5
                inter, union = inter + float((said & true).sum()), union + float((said | true).sum())
        network.train()
        return f"validation accuracy {np.trace(right) / right.sum():.3f}, confusion {right.tolist()}, patch cIoU {inter / max(union, 1):.3f}"
    learn("tower", network, plan, file, data, loss_of, check)
    return network


# --- 2. SAM -------------------------------------------------------------------------------------------------------

@torch.no_grad()
def tower_into_sam(tower: ClipTower, sam: Sam, config: SamConfig, pixels: torch.Tensor) -> None:
    """Copies the tower's blocks into SAM's encoder. `pixels` (B, 3, S, S): some CLIP inputs, to measure what pre_layrnorm divides by
    (SAM has no norm there, so its mean effect is folded into the patch and position embeddings)."""
    clip, body, encoder = tower.config, tower.vision_model, sam.image_encoder
    if (clip.hidden_size, clip.patch_size, clip.intermediate_size) != (config.embed_dim, config.patch_size, config.mlp_dim):
        raise ValueError("SAM can start from the tower only with the same width, patch and MLP")
    e, norm = body.embeddings, body.pre_layrnorm
    spread = (e.patch_embedding(pixels).flatten(2).transpose(1, 2) + e.position_embedding.weight[1:]).std(-1).mean()
    gain = norm.weight / spread                                                        # (C)
    # Both normalise pixels, with other constants: clip = a * sam + b, a channel.
    mean, std = torch.tensor(clip.image_mean) * 255, torch.tensor(clip.image_std) * 255
    a, b = torch.tensor(images.SAM_STD) / std, (torch.tensor(images.SAM_MEAN) - mean) / std
    weight = e.patch_embedding.weight
    encoder.patch_embed.proj.weight.copy_(weight * a[None, :, None, None] * gain[:, None, None, None])
    encoder.patch_embed.proj.bias.copy_((weight.sum((2, 3)) * b).sum(1) * gain + norm.bias)
    side = int(round((e.position_embedding.num_embeddings - 1) ** 0.5))
    grid = e.position_embedding.weight[1:].T.reshape(1, -1, side, side)
    grid = F.interpolate(grid, (config.grid, config.grid), mode="bicubic", align_corners=False)
    encoder.pos_embed.copy_(grid.permute(0, 2, 3, 1) * gain)
    for block, layer in zip(encoder.blocks, body.encoder.layers):
        attention = layer.self_attn
        for target, source in ((block.norm1, layer.layer_norm1), (block.norm2, layer.layer_norm2), (block.attn.proj, attention.out_proj),
                               (block.mlp.lin1, layer.mlp.fc1), (block.mlp.lin2, layer.mlp.fc2)):
            target.load_state_dict(source.state_dict())
        block.attn.qkv.weight.copy_(torch.cat([p.weight for p in (attention.q_proj, attention.k_proj, attention.v_proj)]))
        block.attn.qkv.bias.copy_(torch.cat([p.bias for p in (attention.q_proj, attention.k_proj, attention.v_proj)]))


class PromptedSam(nn.Module):
    """SAM with one learnt prompt in the place of the language model's [SEG] embedding."""

    def __init__(self, config: SamConfig):
        super().__init__()
        self.sam, self.prompt = Sam(config), nn.Parameter(torch.randn(config.out_chans) * 0.5)

    def forward(self, pixels):                                     # (B, 3, S, S) -> (B, 4g, 4g)
        image = self.sam.image_encoder(pixels)
        prompts = self.prompt.expand(len(image), 1, -1).to(image.dtype)
        encoder = self.sam.prompt_encoder
        return self.sam.mask_decoder(image, encoder.dense_position(), prompts, encoder.dense(len(image)))[0][:, 0]


def sam_example(sample: Sample, config: SamConfig, rng=None):
    """-> pixels (3, S, S), target (4g, 4g) 0..1, validity (4g, 4g): 0 on the padding."""
    image = images.read_rgb(sample.path)
    mask = read_mask(sample.mask, image.shape[:2])
    if rng is not None:
        image, mask = augment(image, mask, rng, crop=True)
    pixels, (h, w) = images.sam_pixels(image, config)
    low = 4 * config.grid
    scale = low / config.image_size
    lh, lw = max(1, round(h * scale)), max(1, round(w * scale))
    target, valid = torch.zeros(low, low), torch.zeros(low, low)
    target[:lh, :lw] = torch.from_numpy(cv2.resize(mask, (lw, lh), interpolation=cv2.INTER_AREA).astype(np.float32) / 255)
    valid[:lh, :lw] = 1
    return pixels, target, valid


def pretrain_sam(config: SamConfig, tower: ClipTower, train: List[Sample], validation: List[Sample], plan: Plan, file: str) -> PromptedSam:
    torch.manual_seed(plan.seed)
    network = PromptedSam(config)
    few = balanced(train, 16, np.random.default_rng(plan.seed))
    grid = tower.config.image_size // tower.config.patch_size
    tower_into_sam(tower, network.sam, config, pixels_of(torch.stack(
        [window_of(*tower_view(train[i], tower.config), 0, tower.config, grid, np.random.default_rng(i))[0] for i in few]), tower.config))

    def make(batch, place):
        step, _, indices = batch
        return sam_example(train[indices[place]], config, np.random.default_rng([plan.seed, 9, step, place]))

    def loss_of(batch):
        pixels, target, valid = (torch.stack([e[i] for e in batch[1]]) for i in range(3))
        logits = network(pixels).float()
        logits = logits * valid - 20 * (1 - valid)                 # nothing is said about the padding
        bce, dice = losses.mask_bce(logits, target), losses.mask_dice(logits, target)
        return 2 * bce + dice, {"bce": float(bce), "dice": float(dice)}

    @torch.no_grad()
    def check():
        network.eval()
        ious = []
        for sample in [s for s in validation if s.label == 2][:150]:
            pixels, target, valid = sam_example(sample, config)
            said, true = (network(pixels[None])[0] > 0) & (valid > 0), target > 0.5
            ious.append(float((said & true).sum()) / max(float((said | true).sum()), 1))
        network.train()
        return f"validation mean IoU {np.mean(ious):.3f}, share over 0.5 {np.mean(np.array(ious) > 0.5):.3f}"
    learn("sam", network, plan, file, lambda start: prefetch(batches(train, plan, start, plan.batch, (2,)), make, plan.workers), loss_of, check)
    return network
