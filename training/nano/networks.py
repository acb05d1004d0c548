"""The project's own small generative networks. They are made to be different from one another (how they enlarge, what they are
conditioned on), because a detector that has seen one kind of upsampling only learns that one's traces.

  nearest      autoencoder 8x, enlarges by nearest neighbour + convolution
  transposed   autoencoder 4x, enlarges by transposed convolution
  cascade      hallucinates detail 4x at a time from a thumbnail and noise
  shuffle      autoencoder 8x with rounded codes, enlarges by pixel shuffle: HELD OUT, it makes test pictures only
  refill       fills a hole from its surroundings
"""
import torch
from torch import nn
import torch.nn.functional as F

GENERATORS = ("nearest", "transposed", "cascade", "shuffle", "refill")
HELD_OUT = "shuffle"


def conv(i: int, o: int, kernel: int = 3, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(i, o, kernel, stride, kernel // 2, padding_mode="reflect" if stride == 1 else "zeros"), nn.LeakyReLU(0.2))


class Residual(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        self.body = nn.Sequential(conv(width, width), nn.Conv2d(width, width, 3, padding=1))

    def forward(self, x):
        return x + self.body(x)


def enlarge(how: str, i: int, o: int) -> nn.Sequential:
    if how == "nearest":
        return nn.Sequential(nn.Upsample(scale_factor=2, mode="nearest"), conv(i, o))
    if how == "transposed":
        return nn.Sequential(nn.ConvTranspose2d(i, o, 4, 2, 1), nn.LeakyReLU(0.2))
    return nn.Sequential(nn.Conv2d(i, 4 * o, 3, padding=1), nn.PixelShuffle(2), nn.LeakyReLU(0.2))


class Autoencoder(nn.Module):
    """(B, 3, h, w) in -1..1, sides divisible by 8 -> the same picture through a narrow code."""

    def __init__(self, how: str, steps: int, code: int, rounded: bool = False):
        super().__init__()
        widths = [16, 32, 48, 64][:steps + 1]
        self.encoder = nn.Sequential(conv(3, 16), *[conv(i, o, stride=2) for i, o in zip(widths, widths[1:])], Residual(widths[-1]), nn.Conv2d(widths[-1], code, 1))
        self.decoder = nn.Sequential(conv(code, widths[-1]), Residual(widths[-1]), Residual(widths[-1]),
                                     *[enlarge(how, i, o) for i, o in zip(widths[:0:-1], widths[-2::-1])], nn.Conv2d(16, 3, 3, padding=1))
        self.rounded = rounded

    def forward(self, x, jitter: float = 0.0):
        z = self.encoder(x)
        if self.rounded:
            z = torch.tanh(z) * 3
            z = z + (z.round() - z).detach()                       # straight-through rounding
        if jitter:
            z = z + jitter * z.std() * torch.randn_like(z)
        return self.decoder(z)


class Cascade(nn.Module):
    """(B, 3, h, w) and noise -> (B, 3, 4h, 4w)."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(conv(4, 48), Residual(48), Residual(48), Residual(48))
        self.up = nn.Sequential(nn.Upsample(scale_factor=2, mode="nearest"), conv(48, 32), nn.Upsample(scale_factor=2, mode="nearest"), conv(32, 24), nn.Conv2d(24, 3, 3, padding=1))

    def forward(self, x):
        noise = torch.randn_like(x[:, :1])
        base = F.interpolate(x, scale_factor=4, mode="bilinear", align_corners=False)
        return base + self.up(self.body(torch.cat((x, noise), 1)))


class Refill(nn.Module):
    """Picture with a hole (B, 3, h, w) and the hole (B, 1, h, w) -> a whole picture; dilated middle to see far."""

    def __init__(self):
        super().__init__()
        self.down1, self.down2, self.down3 = conv(5, 24), conv(24, 40, stride=2), conv(40, 64, stride=2)
        self.middle = nn.Sequential(*[nn.Sequential(nn.Conv2d(64, 64, 3, padding=d, dilation=d), nn.LeakyReLU(0.2)) for d in (1, 2, 4, 8, 16, 1)])
        self.up1, self.up2 = enlarge("nearest", 64, 40), enlarge("nearest", 40, 24)
        self.out = nn.Sequential(conv(48, 24), nn.Conv2d(24, 3, 3, padding=1))

    def forward(self, x, hole):
        x = x * (1 - hole)
        noise = torch.randn_like(hole)
        a = self.down1(torch.cat((x, hole, noise * hole), 1))
        b = self.down2(a)
        c = self.down3(b)
        c = c + self.middle(c)
        y = self.out(torch.cat((self.up2(self.up1(c) + b), a), 1))
        return x + y * hole


class Critic(nn.Module):
    """Patch discriminator: (B, 3, h, w) -> (B, 1, h/8, w/8)."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(*[nn.utils.spectral_norm(m) if isinstance(m, nn.Conv2d) else m for m in (
            nn.Conv2d(3, 24, 4, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(24, 48, 4, 2, 1), nn.LeakyReLU(0.2),
            nn.Conv2d(48, 64, 4, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(64, 1, 3, 1, 1))])

    def forward(self, x):
        return self.body(x)


def build(name: str) -> nn.Module:
    return {"nearest": lambda: Autoencoder("nearest", 3, 12), "transposed": lambda: Autoencoder("transposed", 2, 6),
            "shuffle": lambda: Autoencoder("shuffle", 3, 16, rounded=True), "cascade": Cascade, "refill": Refill}[name]()
