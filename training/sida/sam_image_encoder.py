"""SAM's image encoder: a ViT whose blocks attend inside windows, a few of them globally, with decomposed relative
positions, then a convolutional neck. Any image size, width and depth."""
import torch
from torch import nn
import torch.nn.functional as F

from .config import SamConfig
from .layers import LayerNorm, LayerNorm2d, run_block


class PatchEmbed(nn.Module):
    def __init__(self, config: SamConfig):
        super().__init__()
        self.proj = nn.Conv2d(3, config.embed_dim, config.patch_size, stride=config.patch_size)

    def forward(self, x):                                          # (B, 3, S, S) -> (B, g, g, E)
        return self.proj(x).permute(0, 2, 3, 1)


def relative_positions(table: torch.Tensor, size: int) -> torch.Tensor:
    """table (2*size - 1, D) -> (size, size, D), entry [q, k] = table[q - k + size - 1]."""
    index = torch.arange(size)[:, None] - torch.arange(size)[None, :] + size - 1
    return table[index.to(table.device)]


class Attention(nn.Module):
    def __init__(self, config: SamConfig, size: int):
        super().__init__()
        self.heads, self.size = config.num_heads, size             # size: side of the square that attends to itself
        head_dim = config.embed_dim // config.num_heads
        self.qkv = nn.Linear(config.embed_dim, 3 * config.embed_dim)
        self.proj = nn.Linear(config.embed_dim, config.embed_dim)
        self.rel_pos_h = nn.Parameter(torch.zeros(2 * size - 1, head_dim))
        self.rel_pos_w = nn.Parameter(torch.zeros(2 * size - 1, head_dim))

    def forward(self, x):                                          # (B, s, s, E) -> same
        b, s, _, width = x.shape
        head_dim = width // self.heads
        qkv = self.qkv(x).reshape(b, s * s, 3, self.heads, head_dim).permute(2, 0, 3, 1, 4).reshape(3, b * self.heads, s * s, head_dim)
        q, k, v = qkv.unbind(0)                                    # each (B*A, s*s, D)
        scores = (q * head_dim ** -0.5) @ k.transpose(-2, -1)      # (B*A, s*s, s*s)
        # The position terms use the UNSCALED query, as in the published code.
        grid = q.reshape(b * self.heads, s, s, head_dim)
        rows = torch.einsum("bhwd,hkd->bhwk", grid, relative_positions(self.rel_pos_h, s).to(grid.dtype))   # (B*A, s, s, s)
        cols = torch.einsum("bhwd,wkd->bhwk", grid, relative_positions(self.rel_pos_w, s).to(grid.dtype))   # (B*A, s, s, s)
        scores = (scores.view(-1, s, s, s, s) + rows[..., :, None] + cols[..., None, :]).view(-1, s * s, s * s)
        y = torch.softmax(scores.float(), dim=-1).to(v.dtype) @ v  # (B*A, s*s, D)
        y = y.view(b, self.heads, s, s, head_dim).permute(0, 2, 3, 1, 4).reshape(b, s, s, width)
        return self.proj(y)


class MLP(nn.Module):
    def __init__(self, width: int, hidden: int):
        super().__init__()
        self.lin1, self.lin2 = nn.Linear(width, hidden), nn.Linear(hidden, width)

    def forward(self, x):
        return self.lin2(F.gelu(self.lin1(x)))


def to_windows(x: torch.Tensor, window: int) -> torch.Tensor:
    """(B, g, g, E) -> (B * windows, window, window, E), zero padded on the right and bottom to whole windows."""
    b, g, _, width = x.shape
    missing = -g % window
    x = F.pad(x, (0, 0, 0, missing, 0, missing))
    count = (g + missing) // window
    x = x.view(b, count, window, count, window, width).permute(0, 1, 3, 2, 4, 5)
    return x.reshape(-1, window, window, width)


def from_windows(x: torch.Tensor, batch: int, grid: int) -> torch.Tensor:
    """Inverse of to_windows, padding dropped."""
    window, width = x.shape[1], x.shape[3]
    count = (grid + window - 1) // window
    x = x.view(batch, count, count, window, window, width).permute(0, 1, 3, 2, 4, 5)
    return x.reshape(batch, count * window, count * window, width)[:, :grid, :grid]


class Block(nn.Module):
    def __init__(self, config: SamConfig, index: int):
        super().__init__()
        self.window = 0 if index in config.global_blocks else config.window_size
        self.norm1 = LayerNorm(config.embed_dim, eps=1e-6)
        self.attn = Attention(config, self.window or config.grid)
        self.norm2 = LayerNorm(config.embed_dim, eps=1e-6)
        self.mlp = MLP(config.embed_dim, config.mlp_dim)

    def forward(self, x):                                          # (B, g, g, E) -> same
        y = self.norm1(x)
        if self.window:
            # The padding is added after the norm and takes part as keys (through the qkv bias), as in the published code.
            y = from_windows(self.attn(to_windows(y, self.window)), x.shape[0], x.shape[1])
        else:
            y = self.attn(y)
        x = x + y
        return x + self.mlp(self.norm2(x))


class ImageEncoder(nn.Module):
    def __init__(self, config: SamConfig):
        super().__init__()
        self.patch_embed = PatchEmbed(config)
        self.pos_embed = nn.Parameter(torch.zeros(1, config.grid, config.grid, config.embed_dim))
        self.blocks = nn.ModuleList([Block(config, i) for i in range(config.depth)])
        self.neck = nn.Sequential(
            nn.Conv2d(config.embed_dim, config.out_chans, 1, bias=False), LayerNorm2d(config.out_chans),
            nn.Conv2d(config.out_chans, config.out_chans, 3, padding=1, bias=False), LayerNorm2d(config.out_chans))
        self.checkpointing = False

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:       # (B, 3, S, S), normalised and padded -> (B, P, g, g)
        x = self.patch_embed(pixels) + self.pos_embed
        for block in self.blocks:
            x = run_block(block, x, self.checkpointing)
        return self.neck(x.permute(0, 3, 1, 2))
