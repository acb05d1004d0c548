"""The tower's layers learn to see manipulations before the language model is there: with a label for every patch they learn far more from
a picture than from its verdict alone."""
from dataclasses import replace
from typing import Optional

import numpy as np
import torch
from torch import nn
import torch.nn.functional as F

from . import energies
from .learn import Plan, learn, learn_further
from .trunk import Masked, Trunk
from .views import Views

# Of a batch; tampered pictures are the hardest class: they come more often.
CLASSES = (2, 0, 2, 1, 2, 0, 2, 1, 2, 0, 2, 1, 2, 0, 0, 1)
HEADS_FIRST = 300


class DenseTower(nn.Module):
    """The learnt layers with heads that are thrown away afterwards."""

    def __init__(self):
        super().__init__()
        c = energies.WIDTH
        self.trunk = Trunk()
        self.patches = Masked(c, 4, reads_content=True)            # synthetic, tampered; how telling for either
        self.pooled, self.verdict = Masked(2 * c, 3), Masked(c, 3, reads_content=True)

    def forward(self, features: torch.Tensor, inside: torch.Tensor):
        """features (B, n, KEPT), inside (B, n) -> patch logits (B, n, 2): synthetic, tampered; verdict logits (B, 3) from the plain mean of the
        patches, so that the language model finds the verdict everywhere; the same from the most telling patches."""
        x = self.trunk(energies.restore(features))
        x = F.layer_norm(x, x.shape[-1:])                          # what mm_projector will see, on one scale
        found = self.patches(x).float()
        telling = found[..., 2:].masked_fill(~inside[..., None], -1e4).softmax(1).transpose(1, 2) @ x.float()          # (B, 2, C)
        telling = telling * (torch.arange(x.shape[-1], device=x.device) < energies.PLACES)
        return found[..., :2], self.verdict(x.mean(1)), self.pooled(telling.flatten(1))


def train_tower(train: Views, check: Views, plan: Plan, file: str, start: Optional[Trunk] = None) -> DenseTower:
    """`start` are layers that have learnt before; the heads, which no package has, then learn alone for HEADS_FIRST steps, before
    all learn further (learn.py)."""
    torch.manual_seed(plan.seed)
    network = DenseTower().to(plan.device)
    by_class = [np.flatnonzero(train.labels == c) for c in range(3)]

    def step(rng, share):
        labels = [CLASSES[i % len(CLASSES)] for i in range(plan.batch)]
        picks = [int(rng.choice(by_class[c])) + len(train.samples) * int(rng.integers(train.variants)) for c in labels]
        features, shares, inside = train.batch(picks, rng)
        truth, inside = torch.tensor(labels, device=plan.device), inside.flatten(1)
        dense, verdict, pooled = network(features, inside)
        shares = train.of_patches(shares).flatten(1)
        targets = torch.stack(((truth == 1).float()[:, None].expand_as(shares), shares), -1)
        each = F.binary_cross_entropy_with_logits(dense, targets, reduction="none") * inside[..., None]
        tampered = truth == 2
        said, true = (dense[tampered][..., 1].sigmoid() * inside[tampered]), shares[tampered]
        losses = {"dense": each.sum() / inside.sum(), "dice": (1 - (2 * (said * true).sum(1) + 1) / ((said + true).sum(1) + 1)).mean(),
                  "verdict": F.cross_entropy(verdict.float(), truth), "pooled": F.cross_entropy(pooled.float(), truth)}
        losses["loss"] = 2 * losses["dense"] + losses["dice"] + 0.5 * losses["verdict"] + 0.5 * losses["pooled"]
        losses["right"] = (verdict.argmax(1) == truth).float().mean()
        return losses

    @torch.no_grad()
    def measure():
        network.eval()
        right, best, ious = np.zeros((3, 3), int), 0, []
        for first in range(0, len(check.samples), 24):
            indices = range(first, min(first + 24, len(check.samples)))
            features, shares, inside = check.batch(indices)
            with plan.autocast():
                dense, verdict, pooled = network(features, inside.flatten(1))
            said, true = (dense[..., 1] > 0).cpu().numpy(), (check.of_patches(shares).flatten(1) > 0.5).cpu().numpy()
            for row, i in enumerate(indices):
                right[check.labels[i], int(verdict[row].argmax())] += 1
                best += int(pooled[row].argmax()) == check.labels[i]
                if check.labels[i] == 2:
                    ious.append((said[row] & true[row]).sum() / max((said[row] | true[row]).sum(), 1))
        network.train()
        return (f"accuracy {np.trace(right) / max(right.sum(), 1):.3f} ({best / max(right.sum(), 1):.3f} pooled), confusion {right.tolist()}, "
                f"mean IoU of patches {np.mean(ious):.3f}")
    parameters = dict(network.named_parameters())
    if start is not None:
        network.trunk.load_state_dict(start.state_dict())
        network.trunk.requires_grad_(False)
        heads = {name: p for name, p in parameters.items() if not name.startswith("trunk.")}
        learn("heads", heads, lambda name: 1.0, replace(plan, steps=min(HEADS_FIRST, plan.steps)), file + ".heads", step, measure)
        network.trunk.requires_grad_(True)
    (learn if start is None else learn_further)("tower", parameters, lambda name: 1.0, plan, file, step, measure)
    return network.cpu()
