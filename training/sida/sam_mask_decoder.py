"""SAM's mask decoder: a two-way transformer between prompt tokens and the image, then a small network a mask token."""
from typing import Tuple

import torch
from torch import nn
import torch.nn.functional as F

from .config import SamConfig
from .layers import LayerNorm, LayerNorm2d, attend, merge_heads, split_heads
from .sam_image_encoder import MLP as GeluMLP


class Attention(nn.Module):
    def __init__(self, width: int, heads: int, downsample: int = 1):
        super().__init__()
        self.heads, inner = heads, width // downsample
        self.q_proj, self.k_proj, self.v_proj = (nn.Linear(width, inner) for _ in range(3))
        self.out_proj = nn.Linear(inner, width)

    def forward(self, q, k, v):                                    # (B, Lq, P), (B, Lk, P), (B, Lk, P) -> (B, Lq, P)
        q, k, v = (split_heads(p(x), self.heads) for p, x in ((self.q_proj, q), (self.k_proj, k), (self.v_proj, v)))
        return self.out_proj(merge_heads(attend(q, k, v)))


class ReluMLP(GeluMLP):
    def forward(self, x):
        return self.lin2(F.relu(self.lin1(x)))


class TwoWayBlock(nn.Module):
    def __init__(self, config: SamConfig, first: bool):
        super().__init__()
        p, heads = config.out_chans, config.decoder_heads
        self.first = first                                         # the first block's tokens have no query position yet
        self.self_attn = Attention(p, heads)
        self.norm1 = LayerNorm(p)
        self.cross_attn_token_to_image = Attention(p, heads, downsample=2)
        self.norm2 = LayerNorm(p)
        self.mlp = ReluMLP(p, config.decoder_mlp_dim)
        self.norm3 = LayerNorm(p)
        self.norm4 = LayerNorm(p)
        self.cross_attn_image_to_token = Attention(p, heads, downsample=2)

    def forward(self, tokens, image, token_position, image_position):   # (n, T, P), (n, g*g, P) and positions of both
        if self.first:
            tokens = self.self_attn(tokens, tokens, tokens)        # replaces, doesn't add: as published
        else:
            q = tokens + token_position
            tokens = tokens + self.self_attn(q, q, tokens)
        tokens = self.norm1(tokens)
        tokens = self.norm2(tokens + self.cross_attn_token_to_image(tokens + token_position, image + image_position, image))
        tokens = self.norm3(tokens + self.mlp(tokens))
        image = self.norm4(image + self.cross_attn_image_to_token(image + image_position, tokens + token_position, tokens))
        return tokens, image


class TwoWayTransformer(nn.Module):
    def __init__(self, config: SamConfig):
        super().__init__()
        self.layers = nn.ModuleList([TwoWayBlock(config, i == 0) for i in range(config.decoder_depth)])
        self.final_attn_token_to_image = Attention(config.out_chans, config.decoder_heads, downsample=2)
        self.norm_final_attn = LayerNorm(config.out_chans)

    def forward(self, image, image_position, tokens):              # (n, g*g, P), (n, g*g, P), (n, T, P)
        position = tokens
        for layer in self.layers:
            tokens, image = layer(tokens, image, position, image_position)
        tokens = tokens + self.final_attn_token_to_image(tokens + position, image + image_position, image)
        return self.norm_final_attn(tokens), image


class TokenMLP(nn.Module):
    """Three linear layers with ReLU between them."""

    def __init__(self, width: int, out: int):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(width, width), nn.Linear(width, width), nn.Linear(width, out)])

    def forward(self, x):                                          # (n, P) -> (n, out)
        return self.layers[2](F.relu(self.layers[1](F.relu(self.layers[0](x)))))


class MaskDecoder(nn.Module):
    def __init__(self, config: SamConfig):
        super().__init__()
        p, k = config.out_chans, config.num_mask_tokens
        self.transformer = TwoWayTransformer(config)
        self.iou_token = nn.Embedding(1, p)
        self.mask_tokens = nn.Embedding(k, p)
        self.output_upscaling = nn.Sequential(
            nn.ConvTranspose2d(p, p // 4, 2, stride=2), LayerNorm2d(p // 4), nn.GELU(),
            nn.ConvTranspose2d(p // 4, p // 8, 2, stride=2), nn.GELU())
        self.output_hypernetworks_mlps = nn.ModuleList([TokenMLP(p, p // 8) for _ in range(k)])
        self.iou_prediction_head = TokenMLP(p, k)

    def forward(self, image: torch.Tensor, position: torch.Tensor, sparse: torch.Tensor, dense: torch.Tensor) -> Tuple[torch.Tensor, torch.Tensor]:
        """image (n, P, g, g) or (1, P, g, g), position (1, P, g, g), sparse prompts (n, t, P), dense (n, P, g, g)
        -> mask logits (n, K, 4g, 4g) and predicted IoU (n, K). Mask 0 is the single-mask output that SIDA uses."""
        n, (p, g) = sparse.shape[0], image.shape[1:3]
        own = torch.cat((self.iou_token.weight, self.mask_tokens.weight))                      # (1 + K, P)
        tokens = torch.cat((own.to(sparse.dtype).expand(n, -1, -1), sparse), dim=1)            # (n, 1 + K + t, P)
        source = (image + dense).flatten(2).transpose(1, 2)                                    # (n, g*g, P)
        place = position.expand(n, -1, -1, -1).flatten(2).transpose(1, 2).to(source.dtype)     # (n, g*g, P)
        tokens, source = self.transformer(source, place, tokens)
        upscaled = self.output_upscaling(source.transpose(1, 2).reshape(n, p, g, g))           # (n, P/8, 4g, 4g)
        kernels = torch.stack([mlp(tokens[:, 1 + i]) for i, mlp in enumerate(self.output_hypernetworks_mlps)], dim=1)
        masks = (kernels @ upscaled.flatten(2)).view(n, -1, 4 * g, 4 * g)                      # (n, K, P/8) @ (n, P/8, 16g*g)
        return masks, self.iou_prediction_head(tokens[:, 0])
