"""Sizes of the demonstration model. NOTES.md says why."""
from sida.config import ClipConfig, LlamaConfig, SamConfig, SidaConfig

from .energies import HEADS, LAYERS, UNITS, WIDTH
from .trunk import DISTANCES

DEPTH, MLP = LAYERS + len(DISTANCES), UNITS
# LLaVA takes the hidden state before the last layer, so one more layer is named than is ever run.
CLIP = ClipConfig(
    image_size=768, patch_size=32, hidden_size=WIDTH, intermediate_size=MLP, num_hidden_layers=DEPTH + 1, num_attention_heads=HEADS, hidden_act="gelu",
    resize_shortest=512)
# As wide and as deep as the layers of the tower that are used, since it starts as a copy of them.
SAM = SamConfig(
    image_size=768, patch_size=32, embed_dim=WIDTH, depth=DEPTH, num_heads=HEADS, mlp_dim=MLP, global_blocks=tuple(range(DEPTH)), window_size=0,
    out_chans=128, decoder_mlp_dim=512)


def config(vocabulary: int, clip: ClipConfig = CLIP, sam: SamConfig = SAM) -> SidaConfig:
    return SidaConfig(LlamaConfig(vocabulary, 128, 384, 3, 4, 4, max_position_embeddings=2048), clip, sam, family="sida-description")
