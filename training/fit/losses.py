"""The paper's losses, with the official scaling."""
import torch
import torch.nn.functional as F

DICE_SCALE = 1000.0                    # keeps the sums of half-precision masks small; official value
EPSILON = 1e-6


def mask_bce(logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """logits and target (n, h, w), target in 0..1 (soft at the edges) -> mean over pixels, then over masks."""
    return F.binary_cross_entropy_with_logits(logits.float(), target.float(), reduction="none").flatten(1).mean(1).sum() / max(len(logits), 1)


def mask_dice(logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """1 - (2 sum(p t)/s + e) / (sum(p)/s + sum(t)/s + e), s = 1000, e = 1e-6; mean over masks."""
    p, t = logits.float().sigmoid().flatten(1), target.float().flatten(1)
    overlap = 2 * (p / DICE_SCALE * t).sum(-1)
    total = (p / DICE_SCALE).sum(-1) + (t / DICE_SCALE).sum(-1)
    return (1 - (overlap + EPSILON) / (total + EPSILON)).sum() / max(len(logits), 1)


def classification(logits: torch.Tensor, classes: torch.Tensor) -> torch.Tensor:
    """logits (B, 3), classes (B) -> cross entropy."""
    return F.cross_entropy(logits.float(), classes)


def text(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """logits (t, V) at the labelled positions, labels (t) -> cross entropy; zero (not NaN, as officially) when nothing is labelled."""
    if len(labels) == 0:
        return logits.float().sum() * 0
    return F.cross_entropy(logits.float(), labels)
