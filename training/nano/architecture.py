"""Sizes of the demonstration model. NOTES.md says why."""
import torch
from torch import nn

from sida.config import ClipConfig, LlamaConfig, SamConfig, SidaConfig

CLIP = ClipConfig(
    image_size=768, patch_size=32, hidden_size=128, intermediate_size=512, num_hidden_layers=6, num_attention_heads=4, hidden_act="gelu", resize_shortest=512)
SAM = SamConfig(
    image_size=768, patch_size=32, embed_dim=128, depth=5, num_heads=4, mlp_dim=512, global_blocks=(0, 1, 2, 3, 4), window_size=0, out_chans=128, decoder_mlp_dim=512)


def config(vocabulary: int) -> SidaConfig:
    llama = LlamaConfig(vocabulary, 128, 384, 3, 4, 4, max_position_embeddings=2048)
    return SidaConfig(llama, CLIP, SAM, family="sida-description")


@torch.no_grad()
def start_as_filters(conv: nn.Conv2d, pictures: torch.Tensor, seed: int) -> None:
    """Starts a patch embedding as a bank of small oriented band-pass filters at random places of the patch, each scaled so that its
    response on `pictures` (B, 3, h, w; normalised) has variance 1. With a random start the faint high frequencies, where the traces
    of manipulation are, drown in the large low ones; scaled like this both are equally loud."""
    generator = torch.Generator().manual_seed(seed)
    o, _, p, _ = conv.weight.shape

    def draw(low, high, count=o):
        return low + (high - low) * torch.rand(count, 1, 1, generator=generator)
    y, x = torch.meshgrid(torch.arange(p).float(), torch.arange(p).float(), indexing="ij")
    cy, cx = draw(0, p), draw(0, p)
    frequency = 0.5 * 2 ** -draw(0, 4)                             # cycles a pixel: half of them above a quarter
    sigma = (0.5 / frequency).clamp(1.0, p / 3)
    angle, phase = draw(0, 3.1416), draw(0, 6.2832)
    wave = torch.cos(6.2832 * frequency * ((x - cx) * angle.cos() + (y - cy) * angle.sin()) + phase)
    envelope = torch.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * sigma ** 2))
    flat = (wave * envelope).flatten(1)
    flat = flat - envelope.flatten(1) * (flat.sum(1) / envelope.flatten(1).sum(1))[:, None]        # no response to flat areas
    colours = torch.nn.functional.normalize(torch.randn(o, 3, generator=generator) * 0.5 + 0.6, dim=1)
    brightness = torch.arange(o) % 8 == 0                          # one in eight sees plain brightness and colour
    flat[brightness] = envelope.flatten(1)[brightness]
    conv.weight.copy_((colours[:, :, None] * flat[:, None]).view_as(conv.weight))
    response = torch.nn.functional.conv2d(pictures, conv.weight, stride=p)
    conv.weight.div_(response.std(dim=(0, 2, 3))[:, None, None, None].clamp(min=1e-4))
    if conv.bias is not None:
        conv.bias.zero_()
