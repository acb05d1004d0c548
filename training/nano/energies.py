"""How the tower starts: its patch embedding and first layer measure the strength of fine detail, by scale and colour, in the quarters of
every patch. These are exact weights of an ordinary CLIP layer, nothing is added to the architecture:

- the patch embedding is a bank of small band-pass filters, each in one quarter of the patch, plus mean colours;
- the first layer's attention adds nothing; its MLP turns each response x into gelu(kx) + gelu(-kx), nearly k|x|, sums these by group, and
  takes the responses themselves away again, since gelu(x) - gelu(-x) = x.

Learnt from scratch, such rectified high-pass energies are what a small transformer finds last: they are quadratic in faint pixels."""
import math
from typing import List, Tuple

import torch
from torch import nn

from sida.clip import ClipTower

# (cycles a pixel, colour axis, filters a quarter)
BANDS = ((0.42, 0, 8), (0.22, 0, 6), (0.11, 0, 4), (0.30, 1, 4), (0.30, 2, 4))
AXES = torch.tensor([[0.30, 0.59, 0.11], [0.62, -0.62, 0.0], [0.35, 0.35, -0.7]])      # brightness, red against green, yellow against blue
FILTERS = 4 * sum(count for _, _, count in BANDS)
MEANS, CONSTANT, PLACES = FILTERS, FILTERS + 3, FILTERS + 4                            # channels after the filters
PLACE_CHANNELS = 20                    # any further channels of the embedding start at zero and are free to learn
GAIN = 6.0


def filters(p: int, generator: torch.Generator) -> Tuple[torch.Tensor, List[int], List[int]]:
    """-> weights (FILTERS, 3, p, p), group of each (band and quarter), orientation group of each (or -1)."""
    y, x = torch.meshgrid(torch.arange(p).float(), torch.arange(p).float(), indexing="ij")
    weights, groups, turns = [], [], []
    half = p / 2
    for band, (frequency, axis, count) in enumerate(BANDS):
        sigma = 0.45 / frequency
        margin = min(2 * sigma, half / 2 - 0.5)
        for quarter in range(4):
            for number in range(count):
                cy, cx = ((quarter // 2, quarter % 2)[i] * half + margin + (half - 2 * margin) * float(torch.rand((), generator=generator)) for i in range(2))
                angle, phase = math.pi * (number % 4) / 4, math.pi / 2 * (number // 4 % 2)
                envelope = torch.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * sigma ** 2))
                envelope = envelope * ((x >= half) == (quarter % 2 == 1)) * ((y >= half) == (quarter // 2 == 1))
                wave = torch.cos(2 * math.pi * frequency * ((x - cx) * math.cos(angle) + (y - cy) * math.sin(angle)) + phase) * envelope
                wave = wave - envelope * (wave.sum() / envelope.sum())                 # no response to flat areas
                weights.append(AXES[axis][:, None, None] * (wave / wave.norm()))
                groups.append(4 * band + quarter)
                turns.append(4 * len(BANDS) + number % 4 if band == 0 else -1)
    return torch.stack(weights), groups, turns


def places(grid: int, channels: int) -> torch.Tensor:
    """(1 + grid * grid, channels): sines and cosines of the row and column."""
    y, x = (v.flatten().float() for v in torch.meshgrid(torch.arange(grid), torch.arange(grid), indexing="ij"))
    rows = [f(at * math.pi / grid * 2 ** (k * 0.75)) for k in range(channels // 4) for at in (y, x) for f in (torch.sin, torch.cos)]
    return torch.cat((torch.zeros(1, channels), torch.stack(rows[:channels], 1)))


@torch.no_grad()
def start_as_energies(tower: ClipTower, pixels: torch.Tensor, seed: int) -> None:
    """`pixels` (B, 3, S, S): normalised training pictures, on which every channel is brought to one scale."""
    config, body = tower.config, tower.vision_model
    e, layer, c = body.embeddings, body.encoder.layers[0], tower.config.hidden_size
    p = config.patch_size
    if c < PLACES + PLACE_CHANNELS or config.intermediate_size < 4 * FILTERS + 2 * (c - FILTERS):
        raise ValueError(f"the tower needs a width of at least {PLACES + PLACE_CHANNELS} and an MLP of {4 * FILTERS + 2 * (c - FILTERS)}")
    weights, groups, turns = filters(p, torch.Generator().manual_seed(seed))
    conv = e.patch_embedding.weight
    conv.zero_()
    conv[:FILTERS] = weights
    for i in range(3):
        conv[MEANS + i, i] = 0.5 / (p * p)
    response = nn.functional.conv2d(pixels, conv, stride=p)[:, :FILTERS]
    conv[:FILTERS] /= response.std(dim=(0, 2, 3))[:, None, None, None].clamp(min=1e-4)
    e.class_embedding.zero_()
    e.class_embedding[CONSTANT] = 2.0
    table = e.position_embedding.weight
    table.zero_()
    table[1:, CONSTANT] = 2.0
    table[:, PLACES:PLACES + PLACE_CHANNELS] = 0.5 * places(config.image_size // p, PLACE_CHANNELS)

    layer.self_attn.out_proj.weight.zero_()
    layer.self_attn.out_proj.bias.zero_()
    one, two = layer.mlp.fc1, layer.mlp.fc2
    one.bias.zero_(), two.bias.zero_(), two.weight.zero_()         # units beyond these keep their random inputs, and learn
    one.weight[:4 * FILTERS].zero_()
    for i in range(FILTERS):
        a, b, u, v = 2 * i, 2 * i + 1, 2 * FILTERS + 2 * i, 2 * FILTERS + 2 * i + 1
        one.weight[a, i], one.weight[b, i], one.weight[u, i], one.weight[v, i] = 1, -1, GAIN, -GAIN
        two.weight[i, a], two.weight[i, b] = -1, 1                 # the response itself goes
        for group in (groups[i], turns[i]):
            if group >= 0:
                two.weight[group, u] = two.weight[group, v] = 1.0 / GAIN
    # The sums on one scale; they lie in the channels 0 .. 4 * bands + 4, which the cancelled filters have left empty.
    count = 4 * len(BANDS) + 4
    tokens = body.pre_layrnorm(e(pixels))
    found = (layer(tokens)[:, 1:, :count]).flatten(0, 1)
    mean, spread = found.mean(0), found.std(0).clamp(min=1e-4)
    for group in range(count):
        own = [i for i in range(FILTERS) if group in (groups[i], turns[i])]
        for i in own:
            two.weight[group, 2 * FILTERS + 2 * i] /= spread[group]
            two.weight[group, 2 * FILTERS + 2 * i + 1] /= spread[group]
        two.bias[group] = -mean[group] / spread[group]

