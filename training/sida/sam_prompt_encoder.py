"""SAM's prompt encoder: points, boxes and masks. SIDA itself uses only its position code and `no_mask_embed`
(each [SEG] embedding is a sparse prompt by itself), but published folders hold all of it, so it's here and is saved again."""
import math
from typing import Optional

import torch
from torch import nn

from .config import SamConfig
from .layers import LayerNorm2d


class PositionCode(nn.Module):
    """Random Fourier features; the matrix is part of the checkpoint."""

    def __init__(self, features: int):
        super().__init__()
        self.register_buffer("positional_encoding_gaussian_matrix", torch.randn(2, features))

    def forward(self, coords: torch.Tensor) -> torch.Tensor:       # (..., 2) as x, y in [0, 1] -> (..., 2 * features)
        angles = 2 * math.pi * ((2 * coords - 1) @ self.positional_encoding_gaussian_matrix)
        return torch.cat((angles.sin(), angles.cos()), dim=-1)

    def grid(self, size: int) -> torch.Tensor:                     # -> (P, size, size)
        matrix = self.positional_encoding_gaussian_matrix
        centre = (torch.arange(size, device=matrix.device, dtype=matrix.dtype) + 0.5) / size
        y, x = torch.meshgrid(centre, centre, indexing="ij")
        return self(torch.stack((x, y), dim=-1)).permute(2, 0, 1)


class PromptEncoder(nn.Module):
    def __init__(self, config: SamConfig):
        super().__init__()
        p, m = config.out_chans, config.mask_in_chans
        self.image_size, self.size = config.image_size, config.grid
        self.pe_layer = PositionCode(p // 2)
        self.point_embeddings = nn.ModuleList([nn.Embedding(1, p) for _ in range(4)])   # exclude, include, box corners 1 and 2
        self.not_a_point_embed = nn.Embedding(1, p)
        self.mask_downscaling = nn.Sequential(
            nn.Conv2d(1, m // 4, 2, stride=2), LayerNorm2d(m // 4), nn.GELU(),
            nn.Conv2d(m // 4, m, 2, stride=2), LayerNorm2d(m), nn.GELU(), nn.Conv2d(m, p, 1))
        self.no_mask_embed = nn.Embedding(1, p)

    def dense_position(self) -> torch.Tensor:                      # -> (1, P, g, g)
        return self.pe_layer.grid(self.size)[None]

    def points(self, coords: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """coords (n, p, 2) in pixels of the S x S frame, labels (n, p): -1 padding, 0 exclude, 1 include, 2 and 3 box
        corners -> (n, p, P)."""
        code = self.pe_layer((coords + 0.5) / self.image_size)
        code = torch.where((labels == -1)[..., None], self.not_a_point_embed.weight.expand_as(code), code)
        for label, embedding in enumerate(self.point_embeddings):
            code = code + (labels == label)[..., None] * embedding.weight
        return code

    def dense(self, count: int, masks: Optional[torch.Tensor] = None) -> torch.Tensor:
        """masks (n, 1, 4g, 4g) or none -> (n, P, g, g)."""
        if masks is not None:
            return self.mask_downscaling(masks)
        return self.no_mask_embed.weight.view(1, -1, 1, 1).expand(count, -1, self.size, self.size)
