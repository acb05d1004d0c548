"""The first two layers of both vision parts, which are given and not learnt: they measure how strong the fine detail is, by scale, colour
and direction, in the quarters of every patch. Exact weights of ordinary CLIP (and SAM) layers; nothing is added to the architecture:

- the patch embedding is a bank of small band-pass filters, each in one quarter of the patch, plus the mean colours of the quarters;
- the first layer's MLP turns each response r into gelu(kr) + gelu(-kr), nearly k|r|, and averages these by group (and, capped, for the
  share of flat places); it takes the responses themselves away again, since gelu(x) - gelu(-x) = x;
- the second layer's MLP turns each average into its logarithm, piecewise linear with knots at powers of two, because what tells a
  region from its surroundings is a ratio: half the grain, twice the sharpness.

Learnt from scratch, such rectified high-pass energies are what a small transformer finds last: they are quadratic in faint pixels.
Large constant channels keep the layer norms near linear, and code the places of the patches for the layers that follow (trunk.py)."""
import functools
import math
from typing import List, Tuple

import torch

from sida.clip import ClipTower

LAYERS = 2                             # of the tower that are given
WIDTH, HEADS, HEAD = 192, 12, 16
# (cycles a pixel, colour axis, filters a quarter, grey levels at which the capped response is full or 0)
BANDS = ((0.42, 0, 12, 2.0), (0.22, 0, 8, 4.0), (0.11, 0, 6, 0), (0.30, 1, 5, 0), (0.30, 2, 5, 0))
DIRECTED = (0, 1)                      # bands that are also measured by direction
AXES = torch.tensor([[0.30, 0.59, 0.11], [0.62, -0.62, 0.0], [0.35, 0.35, -0.7]])      # brightness, red against green, yellow against blue
FILTERS = 4 * sum(band[2] for band in BANDS)
ENERGIES = 4 * len(BANDS) + 4 * len(DIRECTED)                                          # groups whose logarithm is taken
CAPPED = 4 * sum(band[3] > 0 for band in BANDS)
COLOURS = FILTERS                                                                      # 12 channels: red, green, blue of each quarter
ZERO = COLOURS + 12                                                                    # a channel that the embedding leaves at zero, for comparison
UNITS = 2 * FILTERS + 2 * sum(4 * band[2] for band in BANDS if band[3])                # of the first layer's MLP
FEATURES = ENERGIES + CAPPED                                                           # channels 0 .. FEATURES - 1 after these layers
KEPT = FEATURES + 12 + 2               # of the WIDTH channels after them, what differs: features, colours, strength and mean of the constants

PERIODS, SHARES = (48.0, 16.0, 8.0), (0.5, 0.3, 0.2)                                    # of the place code: patches; their weights
PLACES, CONSTANTS, FIRST = 158, 182, 190                                               # channels: 24, 8 and 2 (the class token's mark)
PLACE, CONSTANT = 400.0, 1000.0                                                        # their strength, in grey levels of a response
SCALE = math.sqrt((8 * CONSTANT ** 2 + 4 * PLACE ** 2) / WIDTH)                        # what the first norm divides by, nearly
GAIN, KNOTS, SHARPNESS = 1.5, [0.125 * 2 ** k for k in range(10)], 4.0


def filters(p: int, generator: torch.Generator) -> Tuple[torch.Tensor, List[int], List[int], List[int]]:
    """-> weights (FILTERS, 3, p, p) and, of each filter, its group by quarter, by direction and of the capped responses (-1: none)."""
    y, x = torch.meshgrid(torch.arange(p).float(), torch.arange(p).float(), indexing="ij")
    weights, groups, directed, capped = [], [], [], []
    half = p / 2
    for band, (frequency, axis, count, cap) in enumerate(BANDS):
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
                directed.append(4 * len(BANDS) + 4 * DIRECTED.index(band) + number % 4 if band in DIRECTED else -1)
                capped.append(ENERGIES + 4 * band + quarter if cap else -1)
    return torch.stack(weights), groups, directed, capped


def place_codes(grid: int) -> torch.Tensor:
    """(grid * grid, 24): of the row and of the column, for each period, sqrt(share) * (cos, -cos, sin, -sin). The product of two codes falls
    with the distance of the places; the pairs make it independent of a norm's mean."""
    y, x = (v.flatten().float() for v in torch.meshgrid(torch.arange(grid), torch.arange(grid), indexing="ij"))
    return torch.stack([sign * math.sqrt(share) * f(at * 2 * math.pi / period)
                        for at in (y, x) for period, share in zip(PERIODS, SHARES) for f in (torch.cos, torch.sin) for sign in (1, -1)], 1)


@functools.lru_cache(maxsize=None)
def reserved(grid: int) -> torch.Tensor:
    """(1 + grid * grid, WIDTH - PLACES): what the embedding holds in the channels of places, constants and the class token's mark."""
    table = torch.zeros(1 + grid * grid, WIDTH - PLACES)
    table[1:, :24] = PLACE * place_codes(grid)
    table[:, 24:32:2], table[:, 25:32:2] = CONSTANT, -CONSTANT
    table[0, 32], table[0, 33] = CONSTANT, -CONSTANT
    return table


@torch.no_grad()
def begin(tower: ClipTower, seed: int) -> None:
    """Sets the embedding and the given layers, their logarithms not yet on one scale (see `standardise`)."""
    config, body = tower.config, tower.vision_model
    if (config.hidden_size, config.num_attention_heads) != (WIDTH, HEADS) or config.hidden_act != "gelu":
        raise ValueError(f"the given layers are for a width of {WIDTH}, {HEADS} heads and gelu")
    e, p = body.embeddings, config.patch_size
    bank, groups, directed, capped = filters(p, torch.Generator().manual_seed(seed))
    std = 255 * torch.tensor(config.image_std)                     # pixels come normalised; weights are for grey levels
    conv = e.patch_embedding.weight
    conv.zero_()
    conv[:FILTERS] = bank * std[:, None, None]
    half = p // 2
    for quarter in range(4):
        rows, columns = (slice(half * i, half * (i + 1)) for i in divmod(quarter, 2))
        for c in range(3):
            conv[COLOURS + 3 * quarter + c, c, rows, columns] = SCALE / (half * half)          # in units of one standard deviation
    e.class_embedding.zero_()
    e.position_embedding.weight.zero_()
    e.position_embedding.weight[:, PLACES:] = reserved(config.image_size // p)

    for layer in body.encoder.layers[:LAYERS]:
        for linear in (layer.self_attn.out_proj, layer.mlp.fc1, layer.mlp.fc2):
            linear.weight.zero_(), linear.bias.zero_()
    one, two = (layer.mlp for layer in body.encoder.layers[:LAYERS])
    unit = 2 * FILTERS
    for i in range(FILTERS):
        up, down = 2 * i, 2 * i + 1
        for u, sign in ((up, 1), (down, -1)):                      # the difference from zero is free of the norm's mean
            one.fc1.weight[u, i], one.fc1.weight[u, ZERO] = sign * GAIN * SCALE, -sign * GAIN * SCALE
        one.fc2.weight[i, up], one.fc2.weight[i, down] = -1 / (GAIN * SCALE), 1 / (GAIN * SCALE)
        for group in (groups[i], directed[i]):
            if group >= 0:
                share = 1 / (groups if group == groups[i] else directed).count(group)
                for u in (up, down):
                    one.fc2.weight[group, u] += share / (GAIN * SCALE)
        if capped[i] >= 0:
            full = GAIN * BANDS[groups[i] // 4][3]
            share = 1 / (full * capped.count(capped[i]))
            for u, sign, plain in ((unit, 1, up), (unit + 1, -1, down)):
                one.fc1.weight[u, i], one.fc1.weight[u, ZERO], one.fc1.bias[u] = sign * GAIN * SCALE, -sign * GAIN * SCALE, -full
                one.fc2.weight[capped[i], u], one.fc2.weight[capped[i], plain] = -share, share
            unit += 2
    for group in range(ENERGIES):
        for k, knot in enumerate(KNOTS):
            u = group * len(KNOTS) + k
            two.fc1.weight[u, group], two.fc1.weight[u, ZERO], two.fc1.bias[u] = SHARPNESS * SCALE / knot, -SHARPNESS * SCALE / knot, -SHARPNESS
            two.fc2.weight[group, u] = math.log(2) / SHARPNESS * (1 if k == 0 else -1)
        two.fc2.weight[group, group * len(KNOTS)] -= KNOTS[0] / (SHARPNESS * SCALE)            # the average itself goes


@torch.no_grad()
def hidden(tower: ClipTower, patches: torch.Tensor, first_norm: bool = True) -> torch.Tensor:
    """(n, 3 p p) bytes of a whole picture's patches -> (n, WIDTH) after the given layers, whose attention adds nothing. SAM has no norm
    before its first layer; there the embedding is divided by a constant."""
    body, config = tower.vision_model, tower.config
    mean, std = torch.tensor(config.image_mean), torch.tensor(config.image_std)
    weight = body.embeddings.patch_embedding.weight.flatten(2)
    x = patches.float() @ (weight / (255 * std[:, None])).flatten(1).T - (weight.sum(2) * (mean / std)).sum(1)
    x = x + body.embeddings.position_embedding.weight[1:len(x) + 1]
    x = body.pre_layrnorm(x) if first_norm else x / SCALE
    for layer in body.encoder.layers[:LAYERS]:
        x = x + layer.mlp(layer.layer_norm2(x))
    return x


@torch.no_grad()
def standardise(tower: ClipTower, samples: torch.Tensor) -> None:
    """Brings every feature to mean 0 and spread 1 over `samples` (n, WIDTH), what `hidden` gave for patches inside of pictures, and
    rounds the weights to what a half-precision package keeps."""
    mean, spread = samples[:, :FEATURES].mean(0), samples[:, :FEATURES].std(0)
    spread[ENERGIES:].clamp_(min=0.25)                             # few places are flat: those would be far out
    one, two = (layer.mlp.fc2 for layer in tower.vision_model.encoder.layers[:LAYERS])
    for group in range(FEATURES):
        fc2 = two if group < ENERGIES else one
        fc2.weight[group] /= spread[group]
        fc2.bias[group] = -mean[group] / spread[group]
    for p in (*tower.vision_model.embeddings.parameters(), *tower.vision_model.encoder.layers[:LAYERS].parameters()):
        p.copy_(p.half().float())



def keep(x: torch.Tensor) -> torch.Tensor:
    """(n, WIDTH) -> (n, KEPT): all that isn't the same for every picture."""
    up, down = x[:, CONSTANTS:CONSTANTS + 1], x[:, CONSTANTS + 1:CONSTANTS + 2]
    return torch.cat((x[:, :FEATURES], x[:, COLOURS:COLOURS + 12], (up - down) * (SCALE / CONSTANT / 2), (up + down) / 2), 1)


def restore(kept: torch.Tensor) -> torch.Tensor:
    """(B, n, KEPT) -> (B, n, WIDTH): the inverse of `keep`."""
    b, n, _ = kept.shape
    fixed = reserved(int(n ** 0.5 + 0.5))[1:].to(kept.device) / SCALE
    x = torch.zeros(b, n, WIDTH, device=kept.device)
    x[..., :FEATURES], x[..., COLOURS:COLOURS + 12] = kept[..., :FEATURES], kept[..., FEATURES:FEATURES + 12]
    x[..., FEATURES:COLOURS], x[..., ZERO:PLACES] = kept[..., -1:], kept[..., -1:]
    x[..., PLACES:] = fixed * kept[..., -2:-1] + kept[..., -1:]
    return x


def permutation(mirror: str) -> List[int]:
    """Where each of the KEPT channels comes from when the picture is mirrored: `left-right`, `up-down` or `diagonal`
    (rows and columns exchanged)."""
    quarters = {"left-right": (1, 0, 3, 2), "up-down": (2, 3, 0, 1), "diagonal": (0, 2, 1, 3)}[mirror]
    turns = {"left-right": (0, 3, 2, 1), "up-down": (0, 3, 2, 1), "diagonal": (2, 1, 0, 3)}[mirror]
    blocks = [quarters] * len(BANDS) + [turns] * len(DIRECTED) + [quarters] * (CAPPED // 4)
    kept = [4 * block + i for block, order in enumerate(blocks) for i in order]
    return kept + [FEATURES + 3 * q + c for q in quarters for c in range(3)] + [KEPT - 2, KEPT - 1]

