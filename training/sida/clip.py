"""CLIP's image tower, up to the layer whose output LLaVA uses. State-dict names as in the published CLIP folders."""
import torch
from torch import nn
import torch.nn.functional as F

from .config import ClipConfig
from .layers import LayerNorm, attend, merge_heads, run_block, split_heads

ACTIVATIONS = {
    "quick_gelu": lambda x: x * torch.sigmoid(1.702 * x),
    "gelu": F.gelu,
}


class Embeddings(nn.Module):
    def __init__(self, config: ClipConfig):
        super().__init__()
        self.class_embedding = nn.Parameter(torch.randn(config.hidden_size) * 0.02)
        self.patch_embedding = nn.Conv2d(3, config.hidden_size, config.patch_size, stride=config.patch_size, bias=False)
        self.position_embedding = nn.Embedding(config.num_tokens + 1, config.hidden_size)

    def forward(self, pixels):                                                     # (B, 3, S, S)
        patches = self.patch_embedding(pixels).flatten(2).transpose(1, 2)          # (B, N, C)
        first = self.class_embedding.to(patches.dtype).expand(pixels.shape[0], 1, -1)      # (B, 1, C)
        return torch.cat((first, patches), dim=1) + self.position_embedding.weight         # (B, 1 + N, C)


class Attention(nn.Module):
    def __init__(self, config: ClipConfig):
        super().__init__()
        self.heads, c = config.num_attention_heads, config.hidden_size
        self.k_proj, self.v_proj, self.q_proj, self.out_proj = (nn.Linear(c, c) for _ in range(4))

    def forward(self, x):                                                          # (B, 1 + N, C) -> same
        q, k, v = (split_heads(p(x), self.heads) for p in (self.q_proj, self.k_proj, self.v_proj))
        return self.out_proj(merge_heads(attend(q, k, v)))


class MLP(nn.Module):
    def __init__(self, config: ClipConfig):
        super().__init__()
        self.activation = ACTIVATIONS[config.hidden_act]
        self.fc1 = nn.Linear(config.hidden_size, config.intermediate_size)
        self.fc2 = nn.Linear(config.intermediate_size, config.hidden_size)

    def forward(self, x):
        return self.fc2(self.activation(self.fc1(x)))


class Layer(nn.Module):
    def __init__(self, config: ClipConfig):
        super().__init__()
        self.self_attn = Attention(config)
        self.layer_norm1 = LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.mlp = MLP(config)
        self.layer_norm2 = LayerNorm(config.hidden_size, eps=config.layer_norm_eps)

    def forward(self, x):                                                          # (B, 1 + N, C) -> same
        x = x + self.self_attn(self.layer_norm1(x))
        return x + self.mlp(self.layer_norm2(x))


class Encoder(nn.Module):
    def __init__(self, config: ClipConfig):
        super().__init__()
        self.layers = nn.ModuleList([Layer(config) for _ in range(config.num_hidden_layers)])


class VisionTransformer(nn.Module):
    def __init__(self, config: ClipConfig):
        super().__init__()
        self.embeddings = Embeddings(config)
        self.pre_layrnorm = LayerNorm(config.hidden_size, eps=config.layer_norm_eps)       # (sic): the published name
        self.encoder = Encoder(config)
        self.post_layernorm = LayerNorm(config.hidden_size, eps=config.layer_norm_eps)     # unused by SIDA, kept for the folder


class ClipTower(nn.Module):
    def __init__(self, config: ClipConfig):
        super().__init__()
        self.config = config
        self.vision_model = VisionTransformer(config)
        self.checkpointing = False

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        """pixels (B, 3, S, S), normalised -> patch features (B, N, C): hidden_states[select_layer] without the class token."""
        body = self.vision_model
        x = body.pre_layrnorm(body.embeddings(pixels))                             # hidden_states[0]
        used = self.config.select_layer % (self.config.num_hidden_layers + 1)      # -2 -> all layers but the last
        for layer in body.encoder.layers[:used]:
            x = run_block(layer, x, self.checkpointing)
        return x[:, 1:]
