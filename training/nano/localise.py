"""SAM's part of the demonstration model: its encoder starts as a copy of the tower, block by block, and learns masks through its own
decoder with one learnt prompt before the language model is there to give it."""
import numpy as np
import torch
from torch import nn
import torch.nn.functional as F

from fit import losses
from sida import images
from sida.clip import ClipTower
from sida.config import SamConfig
from sida.model import Sam

from .learn import Plan, learn
from .views import SHARE_CELL, Views, vary


@torch.no_grad()
def tower_into_sam(tower: ClipTower, sam: Sam, pixels: torch.Tensor) -> None:
    """Copies the tower's layers into SAM's blocks. SAM has no norm before the first block, so what CLIP's divides by on average over
    `pixels` (B, 3, S, S; CLIP's normalisation) goes into the patch and position embeddings; training makes up for the rest."""
    clip, body, encoder = tower.config, tower.vision_model, sam.image_encoder
    e, norm = body.embeddings, body.pre_layrnorm
    tokens = e.patch_embedding(pixels).flatten(2).transpose(1, 2) + e.position_embedding.weight[1:]
    gain = norm.weight / tokens.std(-1).median()                                       # (C)
    mean, std = torch.tensor(clip.image_mean) * 255, torch.tensor(clip.image_std) * 255
    a, b = torch.tensor(images.SAM_STD) / std, (torch.tensor(images.SAM_MEAN) - mean) / std        # clip = a * sam + b
    weight = e.patch_embedding.weight
    encoder.patch_embed.proj.weight.copy_(weight * a[None, :, None, None] * gain[:, None, None, None])
    encoder.patch_embed.proj.bias.copy_((weight.sum((2, 3)) * b).sum(1) * gain + norm.bias)
    side = int(round((e.position_embedding.num_embeddings - 1) ** 0.5))
    encoder.pos_embed.copy_(e.position_embedding.weight[1:].view(1, side, side, -1) * gain)
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
        self.config, self.sam, self.prompt = config, Sam(config), nn.Parameter(torch.randn(config.out_chans) * 0.5)

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:       # (B, 3, S, S), normalised -> (B, 4g, 4g)
        image = self.sam.image_encoder(pixels)
        prompts = self.prompt.expand(len(image), 1, -1).to(image.dtype)
        encoder = self.sam.prompt_encoder
        return self.sam.mask_decoder(image, encoder.dense_position(), prompts, encoder.dense(len(image)))[0][:, 0]


def normalised(pixels: torch.Tensor) -> torch.Tensor:              # (B, S, S, 3) uint8 -> (B, 3, S, S)
    mean, std = (torch.tensor(v, device=pixels.device) for v in (images.SAM_MEAN, images.SAM_STD))
    return ((pixels.float() - mean) / std).permute(0, 3, 1, 2)


def train_sam(config: SamConfig, tower: ClipTower, train: Views, check: Views, plan: Plan, file: str) -> PromptedSam:
    """The views are SAM's, of tampered pictures only."""
    torch.manual_seed(plan.seed)
    network = PromptedSam(config)
    few = train.batch(np.random.default_rng(plan.seed).choice(len(train.samples), min(16, len(train.samples)), replace=False))[0].cpu().float() / 255
    clip = tower.config
    tower_into_sam(tower, network.sam, ((few - torch.tensor(clip.image_mean)) / torch.tensor(clip.image_std)).permute(0, 3, 1, 2))
    network.to(plan.device)
    cells = config.patch_size // 4 // SHARE_CELL                   # cells of the share to a pixel of the mask

    def step(rng, share):
        pixels, shares, _ = vary(*train.batch(rng.integers(len(train), size=plan.batch)), rng)
        target = F.avg_pool2d(shares.float()[:, None] / 255, cells)[:, 0]
        logits = network(normalised(pixels)).float()
        found = {"bce": losses.mask_bce(logits, target), "dice": losses.mask_dice(logits, target)}
        return {**found, "loss": 2 * found["bce"] + found["dice"]}

    @torch.no_grad()
    def measure():
        network.eval()
        ious = []
        for start in range(0, len(check.samples), 16):
            pixels, shares, _ = check.batch(range(start, min(start + 16, len(check.samples))))
            with plan.autocast():
                said = (network(normalised(pixels)) > 0).flatten(1).cpu().numpy()
            true = (F.avg_pool2d(shares.float()[:, None], cells) > 127)[:, 0].flatten(1).cpu().numpy()
            ious += [(s & t).sum() / max((s | t).sum(), 1) for s, t in zip(said, true)]
        network.train()
        return f"mean IoU {np.mean(ious):.3f}, over one half {np.mean(np.array(ious) > 0.5):.3f}"
    learn("sam", dict(network.named_parameters()), lambda name: 0.5 if ".blocks." in name or "patch_embed" in name else 1.0, plan, file, step, measure)
    return network.cpu()
