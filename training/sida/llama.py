"""LLaMA: RMSNorm before each part, rotary positions (half split), SwiGLU, grouped-query attention, a KV cache."""
from typing import List, Optional, Tuple

import torch
from torch import nn
import torch.nn.functional as F

from .config import LlamaConfig
from .layers import RMSNorm, run_block


def rotary_table(length: int, head_dim: int, theta: float) -> Tuple[torch.Tensor, torch.Tensor]:
    """cos and sin (length, D). Built in float32 from the formula: the inv_freq saved in published checkpoints is rounded
    to bf16 and unused by the official run, so it's ignored."""
    inverse_frequency = 1.0 / theta ** (torch.arange(0, head_dim, 2).float() / head_dim)   # (D/2)
    angles = torch.outer(torch.arange(length).float(), inverse_frequency)                  # (length, D/2)
    angles = torch.cat((angles, angles), dim=-1)                                           # (length, D)
    return angles.cos(), angles.sin()


def rotate(x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
    """x (B, A, L, D), cos and sin (L, D): the first half of D is paired with the second half."""
    first, second = x.chunk(2, dim=-1)
    return x * cos.to(x.dtype) + torch.cat((-second, first), dim=-1) * sin.to(x.dtype)


class KVCache:
    """Keys and values of all positions seen so far, one pair of preallocated buffers a layer."""

    def __init__(self, config: LlamaConfig, batch: int, capacity: int, like: torch.Tensor):
        shape = (batch, config.num_key_value_heads, capacity, config.head_dim)
        self.keys: List[torch.Tensor] = [like.new_empty(shape) for _ in range(config.num_hidden_layers)]
        self.values: List[torch.Tensor] = [like.new_empty(shape) for _ in range(config.num_hidden_layers)]
        self.length = 0                                            # positions filled; advanced by the model, not the layers

    def extend(self, layer: int, k: torch.Tensor, v: torch.Tensor):
        end = self.length + k.shape[2]
        self.keys[layer][:, :, self.length:end] = k
        self.values[layer][:, :, self.length:end] = v
        return self.keys[layer][:, :, :end], self.values[layer][:, :, :end]


class Attention(nn.Module):
    def __init__(self, config: LlamaConfig, layer: int):
        super().__init__()
        self.layer, self.heads, self.kv_heads, self.head_dim = layer, config.num_attention_heads, config.num_key_value_heads, config.head_dim
        self.q_proj = nn.Linear(config.hidden_size, self.heads * self.head_dim, bias=False)
        self.k_proj = nn.Linear(config.hidden_size, self.kv_heads * self.head_dim, bias=False)
        self.v_proj = nn.Linear(config.hidden_size, self.kv_heads * self.head_dim, bias=False)
        self.o_proj = nn.Linear(self.heads * self.head_dim, config.hidden_size, bias=False)

    def forward(self, x, cos, sin, bias, cache: Optional[KVCache]):
        b, l, _ = x.shape
        q = self.q_proj(x).view(b, l, self.heads, self.head_dim).transpose(1, 2)       # (B, A, L, D)
        k = self.k_proj(x).view(b, l, self.kv_heads, self.head_dim).transpose(1, 2)    # (B, A_kv, L, D)
        v = self.v_proj(x).view(b, l, self.kv_heads, self.head_dim).transpose(1, 2)
        q, k = rotate(q, cos, sin), rotate(k, cos, sin)
        if cache is not None:
            k, v = cache.extend(self.layer, k, v)                                      # (B, A_kv, all positions, D)
        if self.kv_heads != self.heads:
            k = k.repeat_interleave(self.heads // self.kv_heads, dim=1)
            v = v.repeat_interleave(self.heads // self.kv_heads, dim=1)
        scores = q @ k.transpose(2, 3) / self.head_dim ** 0.5                          # (B, A, L, all)
        if bias is not None:
            scores = scores + bias
        y = torch.softmax(scores.float(), dim=-1).to(v.dtype) @ v                      # (B, A, L, D)
        return self.o_proj(y.transpose(1, 2).reshape(b, l, self.heads * self.head_dim))


class MLP(nn.Module):
    def __init__(self, config: LlamaConfig):
        super().__init__()
        self.gate_proj = nn.Linear(config.hidden_size, config.intermediate_size, bias=False)
        self.up_proj = nn.Linear(config.hidden_size, config.intermediate_size, bias=False)
        self.down_proj = nn.Linear(config.intermediate_size, config.hidden_size, bias=False)

    def forward(self, x):
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Layer(nn.Module):
    def __init__(self, config: LlamaConfig, layer: int):
        super().__init__()
        self.self_attn = Attention(config, layer)
        self.mlp = MLP(config)
        self.input_layernorm = RMSNorm(config.hidden_size, config.rms_norm_eps)
        self.post_attention_layernorm = RMSNorm(config.hidden_size, config.rms_norm_eps)

    def forward(self, x, cos, sin, bias, cache):                                       # (B, L, H) -> (B, L, H)
        x = x + self.self_attn(self.input_layernorm(x), cos, sin, bias, cache)
        return x + self.mlp(self.post_attention_layernorm(x))


class Llama(nn.Module):
    """The decoder stack, without lm_head. State-dict names: embed_tokens, layers.N, norm."""

    def __init__(self, config: LlamaConfig):
        super().__init__()
        self.config = config
        self.embed_tokens = nn.Embedding(config.vocab_size, config.hidden_size)
        self.layers = nn.ModuleList([Layer(config, i) for i in range(config.num_hidden_layers)])
        self.norm = RMSNorm(config.hidden_size, config.rms_norm_eps)
        self.checkpointing = False

    def forward(self, embeddings: torch.Tensor, cache: Optional[KVCache] = None) -> torch.Tensor:
        """embeddings (B, L, H) at the positions after those in the cache -> hidden states after the final norm (B, L, H).
        Attention is causal and never masked otherwise: padding on the right can't be seen from the left."""
        start = cache.length if cache is not None else 0
        length = embeddings.shape[1]
        cos, sin = rotary_table(start + length, self.config.head_dim, self.config.rope_theta)
        cos, sin = cos[start:].to(embeddings.device), sin[start:].to(embeddings.device)        # (L, D)
        bias = None
        if length > 1:
            future = torch.ones(length, start + length, dtype=torch.bool, device=embeddings.device).triu(start + 1)
            bias = torch.zeros(length, start + length, dtype=embeddings.dtype, device=embeddings.device)
            bias = bias.masked_fill(future, torch.finfo(embeddings.dtype).min)                 # (L, start + L)
        x = embeddings
        for layer in self.layers:
            x = run_block(layer, x, self.checkpointing, cos, sin, bias, cache)
        if cache is not None:
            cache.length += length
        return self.norm(x)
