"""The learnt layers of both vision parts, in a form that trains several times faster than the transformer that they are.

Of the twelve heads of a layer eight look at one neighbour each (their queries and keys are given: they compare the places' codes), and four
look at the same patches from everywhere (their queries are constant, their keys learnt): what a region differs from is the rest of the
picture. So no scores between all pairs of patches are needed while training, and `into` writes the very same function into the
weights of an ordinary CLIP tower."""
import torch
from torch import nn
import torch.nn.functional as F

from sida.clip import ClipTower, Layer

from .energies import CONSTANT, CONSTANTS, FIRST, HEAD, HEADS, LAYERS, PERIODS, PLACE, PLACES, WIDTH

AROUND = ((-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1))
DISTANCES = (1, 2, 4, 2, 1)            # of the neighbours, by layer
HIDDEN = 2 * WIDTH                     # of a layer's MLP
POOLS = HEADS - len(AROUND)
FOCUS, NEARLY = 1000.0, 0.975          # of the given heads: strength, and the product of codes that counts as another place
# How strong the content of a token may grow (standard deviation) before the given heads lose their focus: a norm divides the codes and
# constants by it. Muon's reach 70. Half precision has room for it because queries and keys share it.
LOUDEST = 128.0
LOCAL = len(AROUND) * HEAD             # channels of the values that come from neighbours


class Neighbours(torch.autograd.Function):
    """values (B, g, g, LOCAL), each head's slab moved by its offset; beyond the border the nearest patch, without a gradient."""

    @staticmethod
    def forward(context, values, distance: int):
        context.distance = distance
        moved = torch.empty_like(values)
        g = values.shape[1]
        at = torch.arange(g)
        for head, (dy, dx) in enumerate(AROUND):
            slab = slice(head * HEAD, (head + 1) * HEAD)
            rows, columns = ((at + d * distance).clamp(0, g - 1) for d in (dy, dx))
            part = values[..., slab]
            moved[..., slab] = part[:, rows][:, :, columns] if dy and dx else part[:, rows] if dy else part[:, :, columns]
        return moved

    @staticmethod
    def backward(context, gradient):
        result = torch.zeros_like(gradient)
        g = gradient.shape[1]
        for head, (dy, dx) in enumerate(AROUND):
            slab = slice(head * HEAD, (head + 1) * HEAD)
            (ty, fy), (tx, fx) = ((slice(max(0, o), g - max(0, -o)), slice(max(0, -o), g - max(0, o))) for o in (dy * context.distance, dx * context.distance))
            result[:, ty, tx, slab] = gradient[:, fy, fx, slab]
        return result, None


def without_inputs(weight: nn.Parameter, first: int) -> None:
    """Zeroes the weights of the inputs from `first` on and keeps them so, in a module of the model itself. A deep copy loses it."""
    keep = torch.ones_like(weight)
    keep[:, first:] = 0
    weight.data.mul_(keep)
    weight.register_hook(lambda gradient: gradient * keep.to(gradient.device))


class Masked(nn.Linear):
    """A linear layer without weights from (or to) the reserved channels. Zeros instead of slices: whole rows of 192 are what matrix units
    like. A step on the weight of a large constant would be a leap, so these weights get no gradient."""

    def __init__(self, inputs: int, outputs: int, scale: float = 1.0, reads_content: bool = False, writes_content: bool = False):
        super().__init__(inputs, outputs)
        nn.init.normal_(self.weight, std=scale * inputs ** -0.5)
        nn.init.zeros_(self.bias)
        reads, writes = torch.ones(inputs), torch.ones(outputs)
        if reads_content:
            reads[PLACES:] = 0
        if writes_content:
            writes[PLACES:] = 0
        self.register_buffer("kept", writes[:, None] * reads, persistent=False)
        self.register_buffer("written", writes, persistent=False)
        self.weight.data.mul_(self.kept)

    def forward(self, x):
        return F.linear(x, self.weight * self.kept, self.bias * self.written)


class Norm(nn.LayerNorm):
    """Gain 1 and shift 0 in the reserved channels: the given heads count on it."""

    def __init__(self):
        super().__init__(WIDTH)
        self.register_buffer("kept", (torch.arange(WIDTH) < PLACES).float(), persistent=False)

    def forward(self, x):
        return F.layer_norm(x, self.normalized_shape, torch.where(self.kept > 0, self.weight, 1.0), self.bias * self.kept, self.eps)


class Block(nn.Module):
    def __init__(self, distance: int):
        super().__init__()
        self.distance = distance
        self.norm1, self.norm2 = Norm(), Norm()
        self.value, self.out = Masked(WIDTH, WIDTH, reads_content=True), Masked(WIDTH, WIDTH, 0.3, writes_content=True)
        self.key = nn.Parameter(0.02 * torch.randn(POOLS, PLACES))
        self.up, self.down = Masked(WIDTH, HIDDEN, reads_content=True), Masked(HIDDEN, WIDTH, 0.3, writes_content=True)

    def forward(self, x):                                          # (B, n, WIDTH) float32 -> same
        b, n, _ = x.shape
        g = int(n ** 0.5 + 0.5)
        y = self.norm1(x)
        if torch.is_autocast_cpu_enabled():
            y = y.bfloat16()                                       # once for both of its readers
        value = self.value(y)
        near = Neighbours.apply(value[..., :LOCAL].reshape(b, g, g, LOCAL), self.distance).reshape(b, n, LOCAL)
        share = (y @ F.pad(self.key, (0, WIDTH - PLACES)).T).float().softmax(1).to(value.dtype)                        # (B, n, POOLS)
        pooled = torch.einsum("bnh,bnhd->bhd", share, value[..., LOCAL:].reshape(b, n, POOLS, HEAD)).reshape(b, 1, POOLS * HEAD)
        x = x + self.out(torch.cat((near, pooled.expand(b, n, -1)), -1))
        return x + self.down(F.gelu(self.up(self.norm2(x))))

    @torch.no_grad()
    def into(self, layer: Layer) -> None:
        """Writes this block into a layer of the tower."""
        attention, mlp = layer.self_attn, layer.mlp
        for target, source in ((layer.layer_norm1, self.norm1), (layer.layer_norm2, self.norm2)):
            target.load_state_dict(source.state_dict())
        q, k = attention.q_proj, attention.k_proj
        strength = FOCUS ** 0.5 * LOUDEST
        for linear in (q, k):
            linear.weight.zero_(), linear.bias.zero_()
        for head, offset in enumerate(AROUND):
            for axis in range(2):
                for i, period in enumerate(PERIODS):
                    row, column = head * HEAD + 2 * (3 * axis + i), PLACES + 4 * (3 * axis + i)
                    turn = torch.tensor(2 * torch.pi * offset[axis] * self.distance / period)
                    for r, (c, s) in enumerate(((turn.cos(), -turn.sin()), (turn.sin(), turn.cos()))):     # (cos, sin) of the neighbour's place
                        q.weight[row + r, column:column + 4] = strength * torch.stack((c, -c, s, -s)) / 2
                    for r in range(2):
                        k.weight[row + r, column + 2 * r], k.weight[row + r, column + 2 * r + 1] = strength / 2, -strength / 2
            # Minus what a wrong place may reach, by the constants: only the right place's score is above zero, whatever the norms divide by.
            row = head * HEAD + 12
            for c in range(CONSTANTS, FIRST):
                sign = (1 if (c - CONSTANTS) % 2 == 0 else -1) / 8
                q.weight[row, c], k.weight[row, c] = -strength * 2 * NEARLY * (PLACE / CONSTANT) ** 2 * sign, strength * sign
        for pool in range(POOLS):
            row = LOCAL + pool * HEAD
            q.bias[row] = HEAD ** 0.5
            k.weight[row, :PLACES] = self.key[pool]
            k.weight[row, FIRST], k.weight[row, FIRST + 1] = -10 * LOUDEST, 10 * LOUDEST       # the class token is nobody's source
        attention.v_proj.load_state_dict(self.value.state_dict()), attention.out_proj.load_state_dict(self.out.state_dict())
        for linear in (mlp.fc1, mlp.fc2):
            linear.weight.zero_(), linear.bias.zero_()
        mlp.fc1.weight[:HIDDEN], mlp.fc1.bias[:HIDDEN] = self.up.weight, self.up.bias  # the rest of its units are the given layers' need
        mlp.fc2.weight[:, :HIDDEN], mlp.fc2.bias[:] = self.down.weight, self.down.bias

    @torch.no_grad()
    def out_of(self, layer: Layer) -> None:
        """The inverse of `into`."""
        attention, mlp = layer.self_attn, layer.mlp
        for target, source in ((self.norm1, layer.layer_norm1), (self.norm2, layer.layer_norm2), (self.value, attention.v_proj), (self.out, attention.out_proj)):
            target.load_state_dict(source.state_dict())
        self.key.copy_(attention.k_proj.weight[LOCAL::HEAD, :PLACES])
        self.up.weight.copy_(mlp.fc1.weight[:HIDDEN]), self.up.bias.copy_(mlp.fc1.bias[:HIDDEN])
        self.down.weight.copy_(mlp.fc2.weight[:, :HIDDEN]), self.down.bias.copy_(mlp.fc2.bias)


class Trunk(nn.Module):
    """All learnt layers: (B, n, WIDTH) after the given layers -> the same, as it leaves the tower."""

    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList([Block(d) for d in DISTANCES])

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return x

    @torch.no_grad()
    def into(self, given: ClipTower) -> ClipTower:
        """Writes the learnt layers behind the given ones, and returns the tower."""
        for block, layer in zip(self.blocks, given.vision_model.encoder.layers[LAYERS:]):
            block.into(layer)
        return given

    @torch.no_grad()
    def out_of(self, tower: ClipTower) -> None:
        """The inverse of `into`."""
        for block, layer in zip(self.blocks, tower.vision_model.encoder.layers[LAYERS:]):
            block.out_of(layer)
