"""SAM's part of the demonstration model: its encoder is the tower again, block by block, and its neck and mask decoder learn masks with one
learnt prompt before the language model is there to give it."""
import os
from typing import Optional, Tuple

import numpy as np
from PIL import Image
import torch
from torch import nn
import torch.nn.functional as F
import cv2

from fit import losses, state
from fit.data import Sample
from fit.progress import Progress
from sida import images
from sida.clip import ClipTower
from sida.config import ClipConfig, SamConfig
from sida.model import Sam

from . import energies
from .trunk import Plan, Tokens
from .views import read

QUIET = 0.05                           # what remains of the filters' own responses beside their energies


def frame(sample: Sample, config: ClipConfig, rng: Optional[np.random.Generator] = None) -> Tuple[np.ndarray, np.ndarray]:
    """What SAM sees: longest side scaled, at the top left; the rest in SAM's mean colour, which its normalisation turns to 0."""
    image, mask = read(sample, rng)
    h, w = images.sam_size(*image.shape[:2], config.image_size)
    out = np.full((config.image_size, config.image_size, 3), np.round(images.SAM_MEAN), np.uint8)
    share = np.zeros(out.shape[:2], np.uint8)
    out[:h, :w], share[:h, :w] = images.resize(image, h, w, Image.BILINEAR), cv2.resize(mask, (w, h), interpolation=cv2.INTER_AREA)
    return out, share


@torch.no_grad()
def tower_into_sam(tower: ClipTower, sam: Sam) -> None:
    """SAM's encoder computes what the tower computes. SAM has no norm before its first block, so the filters are made quiet there (the
    block's norm undoes it) and the block's MLP writes what CLIP keeps: energies, mean colours, the constant and the places."""
    clip, body, encoder = tower.config, tower.vision_model, sam.image_encoder
    e = body.embeddings
    mean, std = torch.tensor(clip.image_mean) * 255, torch.tensor(clip.image_std) * 255
    a, b = torch.tensor(images.SAM_STD) / std, (torch.tensor(images.SAM_MEAN) - mean) / std        # clip = a * sam + b
    weight = e.patch_embedding.weight
    encoder.patch_embed.proj.weight.copy_(QUIET * weight * a[None, :, None, None])
    encoder.patch_embed.proj.bias.copy_(QUIET * (weight.sum((2, 3)) * b).sum(1))
    side = int(round((e.position_embedding.num_embeddings - 1) ** 0.5))
    encoder.pos_embed.copy_(QUIET * e.position_embedding.weight[1:].view(1, side, side, -1))
    for block, layer in zip(encoder.blocks, body.encoder.layers):
        attention = layer.self_attn
        for target, source in ((block.norm1, layer.layer_norm1), (block.norm2, layer.layer_norm2), (block.attn.proj, attention.out_proj),
                               (block.mlp.lin1, layer.mlp.fc1), (block.mlp.lin2, layer.mlp.fc2)):
            target.load_state_dict(source.state_dict())
        block.attn.qkv.weight.copy_(torch.cat([p.weight for p in (attention.q_proj, attention.k_proj, attention.v_proj)]))
        block.attn.qkv.bias.copy_(torch.cat([p.bias for p in (attention.q_proj, attention.k_proj, attention.v_proj)]))
    one, two = encoder.blocks[0].mlp.lin1, encoder.blocks[0].mlp.lin2
    for i in range(energies.FILTERS, clip.hidden_size):
        u = 4 * energies.FILTERS + 2 * (i - energies.FILTERS)       # units that the tower leaves unused
        v = u + 1
        one.weight[u].zero_(), one.weight[v].zero_()
        one.weight[u, i], one.weight[v, i] = 1, -1
        two.weight[:, u] = two.weight[:, v] = 0
        two.weight[i, u], two.weight[i, v] = 1, -1
    for i in range(energies.FILTERS):                              # nothing to take away: the responses are quiet already
        two.weight[i, 2 * i] = two.weight[i, 2 * i + 1] = 0


class PromptedSam(nn.Module):
    """SAM with one learnt prompt in the place of the language model's [SEG] embedding; works on cached tokens of the first block."""

    def __init__(self, config: SamConfig):
        super().__init__()
        self.sam, self.prompt, self.grid = Sam(config), nn.Parameter(torch.randn(config.out_chans) * 0.5), config.grid

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:       # (B, n, C) -> (B, 4g, 4g)
        encoder, prompt = self.sam.image_encoder, self.sam.prompt_encoder
        x = tokens.view(len(tokens), self.grid, self.grid, -1)
        for block in encoder.blocks[1:]:
            x = block(x)
        image = encoder.neck(x.permute(0, 3, 1, 2))
        prompts = self.prompt.expand(len(image), 1, -1).to(image.dtype)
        return self.sam.mask_decoder(image, prompt.dense_position(), prompts, prompt.dense(len(image)))[0][:, 0]


def train_sam(config: SamConfig, tower: ClipTower, train: Tokens, check: Tokens, plan: Plan, file: str) -> PromptedSam:
    """The tokens are those of tampered pictures as SAM sees them, with detail 4."""
    torch.manual_seed(plan.seed)
    network = PromptedSam(config)
    tower_into_sam(tower, network.sam)
    table = tower.vision_model.embeddings.position_embedding.weight.detach()
    trained = [p for n, p in network.named_parameters() if "patch_embed" not in n and "pos_embed" not in n and "blocks.0." not in n]
    slow = {id(p) for n, p in network.named_parameters() if ".blocks." in n}
    optimiser = torch.optim.AdamW([{"params": [p for p in trained if id(p) not in slow], "scale": 1.0},
                                   {"params": [p for p in trained if id(p) in slow], "scale": 0.3}], plan.lr, betas=(0.9, 0.98), weight_decay=plan.weight_decay)
    done = 0
    if os.path.exists(file):
        saved = state.read(file)
        network.load_state_dict(saved["network"])
        done = saved["done"]
        if done < plan.steps:
            optimiser.load_state_dict(saved["optimiser"])
    progress, smooth = Progress(plan.steps, done), {}
    g = config.grid
    while done < plan.steps:
        rng = np.random.default_rng([plan.seed, 9, done])
        picks = rng.integers(len(train.tokens), size=plan.batch)
        across, down = bool(rng.integers(2)), bool(rng.integers(2))
        tokens = torch.from_numpy(np.stack([train.tokens[i][1:] for i in picks])).float().view(plan.batch, g, g, -1)
        target = torch.from_numpy(np.stack([train.shares[i] for i in picks])).float().view(-1, 4 * g, 4 * g) / 255
        tokens = energies.flip(tokens, table, across, down)
        target = target.flip([d for d, wanted in ((1, down), (2, across)) if wanted])
        factor = min(1.0, (done + 1) / plan.warmup) * 0.5 * (1 + np.cos(np.pi * done / plan.steps))
        for group in optimiser.param_groups:
            group["lr"] = plan.lr * factor * group["scale"]
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=plan.bf16):
            logits = network(tokens.flatten(1, 2)).float()
            bce, dice = losses.mask_bce(logits, target), losses.mask_dice(logits, target)
        optimiser.zero_grad(set_to_none=True)
        (2 * bce + dice).backward()
        if torch.isfinite(nn.utils.clip_grad_norm_(trained, 1.0)):
            optimiser.step()
        done += 1
        for k, v in {"bce": float(bce), "dice": float(dice)}.items():
            smooth[k] = 0.97 * smooth.get(k, v) + 0.03 * v
        progress.show(done, "sam " + " ".join(f"{k} {v:.3f}" for k, v in smooth.items()))
        if done % plan.save_every == 0 or done == plan.steps:
            state.write(file, {"network": network.state_dict(), "optimiser": optimiser.state_dict(), "done": done})
        if done % plan.check_every == 0 or done == plan.steps:
            print(f"sam {done}: {measure(network, check)}", flush=True)
    return network


@torch.no_grad()
def measure(network: PromptedSam, tokens: Tokens) -> str:
    network.eval()
    ious = []
    for i in range(len(tokens.samples)):
        said, true = (network(torch.from_numpy(np.asarray(tokens.tokens[i][1:])).float()[None])[0] > 0).numpy().flatten(), np.asarray(tokens.shares[i]) > 127
        ious.append((said & true).sum() / max((said | true).sum(), 1))
    network.train()
    return f"mean IoU {np.mean(ious):.3f}, share over 0.5 {np.mean(np.array(ious) > 0.5):.3f}"
