"""Sizes of every part. Nothing is assumed that a checkpoint can tell: see checkpoint.py for how they are read."""
from dataclasses import dataclass, field
from typing import Optional, Tuple


@dataclass
class LlamaConfig:
    vocab_size: int = 32004
    hidden_size: int = 4096
    intermediate_size: int = 11008
    num_hidden_layers: int = 32
    num_attention_heads: int = 32
    num_key_value_heads: int = 32          # fewer than num_attention_heads: grouped-query attention
    rms_norm_eps: float = 1e-6
    rope_theta: float = 10000.0
    max_position_embeddings: int = 2048

    @property
    def head_dim(self) -> int:
        return self.hidden_size // self.num_attention_heads


@dataclass
class ClipConfig:
    image_size: int = 224                  # side of the square that the tower sees
    patch_size: int = 14
    hidden_size: int = 1024
    intermediate_size: int = 4096
    num_hidden_layers: int = 24
    num_attention_heads: int = 16
    layer_norm_eps: float = 1e-5
    hidden_act: str = "quick_gelu"
    select_layer: int = -2                 # which hidden state is the image feature; -2 = the last layer is never run
    resize_shortest: int = 224             # preprocessor_config.json "size"
    image_mean: Tuple[float, ...] = (0.48145466, 0.4578275, 0.40821073)
    image_std: Tuple[float, ...] = (0.26862954, 0.26130258, 0.27577711)

    @property
    def num_tokens(self) -> int:
        return (self.image_size // self.patch_size) ** 2


@dataclass
class SamConfig:
    image_size: int = 1024
    patch_size: int = 16
    embed_dim: int = 1280
    depth: int = 32
    num_heads: int = 16
    mlp_dim: int = 5120
    global_blocks: Tuple[int, ...] = (7, 15, 23, 31)   # the others attend inside windows
    window_size: int = 14
    out_chans: int = 256                   # width of the decoder and of the prompts
    decoder_depth: int = 2
    decoder_heads: int = 8
    decoder_mlp_dim: int = 2048
    mask_in_chans: int = 16
    num_mask_tokens: int = 4               # 1 single-mask token + 3 of the multi-mask output

    @property
    def grid(self) -> int:
        return self.image_size // self.patch_size


@dataclass
class LoraConfig:
    """Low-rank adapters on the language model; the official runs use rank 8, alpha 16 on q_proj and v_proj."""
    rank: int = 8
    alpha: float = 16.0
    dropout: float = 0.05
    targets: Tuple[str, ...] = ("q_proj", "v_proj")


@dataclass
class SidaConfig:
    llama: LlamaConfig = field(default_factory=LlamaConfig)
    clip: ClipConfig = field(default_factory=ClipConfig)
    sam: SamConfig = field(default_factory=SamConfig)
    fusion_heads: int = 8
    num_classes: int = 3                   # 0 real, 1 full synthetic, 2 tampered
    bos_token_id: int = 1
    eos_token_id: int = 2
    pad_token_id: int = 0
    family: str = "sida"                   # or "sida-description"
    lora: Optional[LoraConfig] = None
