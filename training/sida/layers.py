"""Small pieces that several parts share."""
import torch
from torch import nn
import torch.nn.functional as F
from torch.utils.checkpoint import checkpoint as torch_checkpoint


class LayerNorm(nn.LayerNorm):
    """nn.LayerNorm that always computes in float32 (low-precision layer norm is inaccurate, and slow on CPUs)."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:            # (..., width) -> same
        y = F.layer_norm(x.float(), self.normalized_shape, self.weight.float(), self.bias.float(), self.eps)
        return y.to(x.dtype)


class LayerNorm2d(nn.Module):
    """Layer norm over the channels of an image, eps 1e-6 as in SAM."""

    def __init__(self, channels: int):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x: torch.Tensor) -> torch.Tensor:            # (B, c, h, w) -> same
        y = F.layer_norm(x.permute(0, 2, 3, 1).float(), self.weight.shape, self.weight.float(), self.bias.float(), 1e-6)
        return y.permute(0, 3, 1, 2).to(x.dtype)


class RMSNorm(nn.Module):
    def __init__(self, width: int, eps: float):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.eps = eps

    def forward(self, x: torch.Tensor) -> torch.Tensor:            # (..., width) -> same
        y = x.float()
        y = y * torch.rsqrt(y.pow(2).mean(-1, keepdim=True) + self.eps)
        return self.weight * y.to(x.dtype)


def attend(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, bias=None) -> torch.Tensor:
    """softmax(q k' / sqrt(D) + bias) v;  q (..., Lq, D), k and v (..., Lk, D), bias broadcastable to (..., Lq, Lk)."""
    if bias is None and hasattr(F, "scaled_dot_product_attention"):           # current PyTorch's fused kernel
        return F.scaled_dot_product_attention(q, k, v)
    scores = (q * q.shape[-1] ** -0.5) @ k.transpose(-2, -1)       # (..., Lq, Lk)
    if bias is not None:
        scores = scores + bias
    return torch.softmax(scores.float(), dim=-1).to(v.dtype) @ v   # (..., Lq, D)


def split_heads(x: torch.Tensor, heads: int) -> torch.Tensor:      # (B, L, A*D) -> (B, A, L, D)
    b, l, width = x.shape
    return x.reshape(b, l, heads, width // heads).transpose(1, 2)


def merge_heads(x: torch.Tensor) -> torch.Tensor:                  # (B, A, L, D) -> (B, L, A*D)
    b, a, l, d = x.shape
    return x.transpose(1, 2).reshape(b, l, a * d)


def run_block(block: nn.Module, x: torch.Tensor, save_memory: bool, *args) -> torch.Tensor:
    """Calls a block; with `save_memory` its activations are recomputed in the backward pass (gradient checkpointing)."""
    if save_memory and torch.is_grad_enabled():
        return torch_checkpoint(block, x, *args, use_reentrant=False)
    return block(x, *args)
