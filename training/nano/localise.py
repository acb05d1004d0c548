"""SAM's part of the demonstration model: its encoder starts as a copy of the tower, layer by layer, and learns masks through its own
decoder with one learnt prompt before the language model is there to give it."""
from typing import Optional

import numpy as np
import torch
from torch import nn
import torch.nn.functional as F

from fit import losses
from sida import images
from sida.clip import ClipTower
from sida.config import SamConfig
from sida.model import Sam

from . import energies
from .learn import Plan, learn, learn_further
from .trunk import Trunk, without_inputs
from .views import SHARE_CELL, Views

# What a layer of the tower calls its parts -> what a block of SAM does. qkv of SAM is one matrix, of the tower three.
SAM_NAMES = {"layer_norm1": "norm1", "layer_norm2": "norm2", "self_attn.out_proj": "attn.proj", "mlp.fc1": "mlp.lin1", "mlp.fc2": "mlp.lin2"}


@torch.no_grad()
def tower_into_sam(tower: ClipTower, sam: Sam) -> None:
    """Copies the tower's layers into SAM's blocks. SAM has no norm before the first block, so what CLIP's divides by, nearly, goes into
    the patch and position embeddings."""
    clip, body, encoder = tower.config, tower.vision_model, sam.image_encoder
    e = body.embeddings
    mean, std = torch.tensor(clip.image_mean) * 255, torch.tensor(clip.image_std) * 255
    a, b = torch.tensor(images.SAM_STD) / std, (torch.tensor(images.SAM_MEAN) - mean) / std        # clip = a * sam + b
    weight = e.patch_embedding.weight / energies.SCALE
    encoder.patch_embed.proj.weight.copy_(weight * a[None, :, None, None])
    encoder.patch_embed.proj.bias.copy_((weight.sum((2, 3)) * b).sum(1))
    side = int(round((e.position_embedding.num_embeddings - 1) ** 0.5))
    encoder.pos_embed.copy_(e.position_embedding.weight[1:].view(1, side, side, -1) / energies.SCALE)
    for block, layer in zip(encoder.blocks, body.encoder.layers):
        attention = layer.self_attn
        for clip_name, sam_name in SAM_NAMES.items():
            block.get_submodule(sam_name).load_state_dict(layer.get_submodule(clip_name).state_dict())
        block.attn.qkv.weight.copy_(torch.cat([p.weight for p in (attention.q_proj, attention.k_proj, attention.v_proj)]))
        block.attn.qkv.bias.copy_(torch.cat([p.bias for p in (attention.q_proj, attention.k_proj, attention.v_proj)]))


class PromptedSam(nn.Module):
    """SAM with one learnt prompt in the place of the language model's [SEG] embedding, and the trunk in the place of its encoder's blocks."""

    def __init__(self, config: SamConfig, trunk: Trunk):
        super().__init__()
        self.config, self.trunk, self.prompt = config, trunk, nn.Parameter(torch.randn(config.out_chans) * 0.5)
        sam = Sam(config)
        self.neck, self.prompts, self.decoder = sam.image_encoder.neck, sam.prompt_encoder, sam.mask_decoder
        without_inputs(self.neck[0].weight, energies.PLACES)

    def forward(self, features: torch.Tensor) -> torch.Tensor:     # (B, n, KEPT) -> (B, 4g, 4g)
        x = self.trunk(energies.restore(features))
        g = self.config.grid
        image = self.neck(x.transpose(1, 2).reshape(len(x), -1, g, g))
        prompts = self.prompt.expand(len(image), 1, -1).to(image.dtype)
        return self.decoder(image, self.prompts.dense_position(), prompts, self.prompts.dense(len(image)))[0][:, 0]

    @torch.no_grad()
    def finished(self, given: ClipTower) -> Sam:
        """The whole SAM. `given` has the given layers, and loses its others."""
        sam = Sam(self.config)
        tower_into_sam(self.trunk.into(given), sam)
        for target, source in ((sam.image_encoder.neck, self.neck), (sam.prompt_encoder, self.prompts), (sam.mask_decoder, self.decoder)):
            target.load_state_dict(source.state_dict())
        return sam


def train_sam(config: SamConfig, trunk: Trunk, train: Views, check: Views, plan: Plan, file: str, start: Optional[PromptedSam] = None) -> PromptedSam:
    """The views are SAM's, of tampered pictures only. With `start`, which has learnt before, `trunk` is not used, and learns further (learn.py)."""
    torch.manual_seed(plan.seed)
    network = start
    if network is None:
        network = PromptedSam(config, Trunk())                     # not around a deep copy: that would lose the hooks that keep reserved channels
        network.trunk.load_state_dict(trunk.state_dict())
    network.to(plan.device)
    cells = config.patch_size // 4 // SHARE_CELL                   # cells of the share to a pixel of the mask

    def step(rng, share):
        features, shares, _ = train.batch(rng.integers(len(train), size=plan.batch), rng)
        target = F.avg_pool2d(shares[:, None], cells)[:, 0]
        logits = network(features).float()
        found = {"bce": losses.mask_bce(logits, target), "dice": losses.mask_dice(logits, target)}
        return {**found, "loss": 2 * found["bce"] + found["dice"]}

    @torch.no_grad()
    def measure():
        network.eval()
        ious = []
        for first in range(0, len(check.samples), 16):
            features, shares, _ = check.batch(range(first, min(first + 16, len(check.samples))))
            with plan.autocast():
                said = (network(features) > 0).flatten(1).cpu().numpy()
            true = (F.avg_pool2d(shares[:, None], cells) > 0.5)[:, 0].flatten(1).cpu().numpy()
            ious += [(s & t).sum() / max((s | t).sum(), 1) for s, t in zip(said, true)]
        network.train()
        return f"mean IoU {np.mean(ious):.3f}, over one half {np.mean(np.array(ious) > 0.5):.3f}"
    (learn if start is None else learn_further)("sam", dict(network.named_parameters()), lambda name: 0.5 if name.startswith("trunk.") else 1.0, plan, file, step, measure)
    return network.cpu()
