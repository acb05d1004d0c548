"""The optimiser of the matrices between hidden channels: momentum whose update is made orthogonal, so that no few directions take the
whole step (K. Jordan et al. 2024, "Muon"). Current PyTorch brings `torch.optim.Muon`; Debian's 1.13 does not."""
from typing import Iterable

import torch

RMS = 0.8                                                          # of an update at a rate of 1, about what AdamW's first steps have
COEFFICIENTS = (3.4445, -4.7750, 2.0315)                           # of the quintic that draws singular values to about 1


def orthogonal(matrix: torch.Tensor, steps: int = 5) -> torch.Tensor:
    """(rows, columns) -> its nearest semi-orthogonal matrix, singular values between about 0.7 and 1.2, by Newton-Schulz iteration. Rows and
    columns of zeros stay zeros."""
    a, b, c = COEFFICIENTS
    x = matrix.bfloat16()
    x = x / (x.float().norm() + 1e-7).bfloat16()
    tall = x.shape[0] > x.shape[1]
    x = x.T.contiguous() if tall else x
    for _ in range(steps):
        square = x @ x.T
        x = a * x + (b * square + c * (square @ square)) @ x
    return (x.T if tall else x).to(matrix.dtype)


class Muon(torch.optim.Optimizer):
    """For 2-D parameters. The update's root mean square is the same for matrices of all shapes (J. Liu et al. 2025, arXiv 2502.16982,
    equation 4), so that one rate and one weight decay serve both optimisers."""

    def __init__(self, parameters: Iterable, lr: float, weight_decay: float = 0.0, momentum: float = 0.95):
        super().__init__(parameters, {"lr": lr, "weight_decay": weight_decay, "momentum": momentum})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                if not state:
                    state["momentum"] = torch.zeros_like(p)
                held = state["momentum"].lerp_(p.grad, 1 - group["momentum"])
                update = orthogonal(p.grad.lerp(held, group["momentum"]))              # Nesterov's
                p.mul_(1 - group["lr"] * group["weight_decay"])
                p.add_(update, alpha=-group["lr"] * RMS * max(p.shape) ** 0.5)
