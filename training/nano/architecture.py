"""Sizes of the demonstration model. NOTES.md says why."""
from sida.config import ClipConfig, LlamaConfig, SamConfig, SidaConfig

CLIP = ClipConfig(
    image_size=768, patch_size=32, hidden_size=192, intermediate_size=768, num_hidden_layers=7, num_attention_heads=6, hidden_act="gelu", resize_shortest=512)
# As wide and as deep as the layers of the tower that are used, since it starts as a copy of them.
SAM = SamConfig(
    image_size=768, patch_size=32, embed_dim=192, depth=6, num_heads=6, mlp_dim=768, global_blocks=(0, 1, 2, 3, 4, 5), window_size=0, out_chans=128,
    decoder_mlp_dim=512)


def config(vocabulary: int, clip: ClipConfig = CLIP, sam: SamConfig = SAM) -> SidaConfig:
    return SidaConfig(LlamaConfig(vocabulary, 128, 384, 3, 4, 4, max_position_embeddings=2048), clip, sam, family="sida-description")
