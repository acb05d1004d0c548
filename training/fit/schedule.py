"""Learning rate: linear warm-up, then linear decay to zero (DeepSpeed's WarmupDecayLR with warmup_type linear, as officially)."""


def warmup_decay(step: int, total: int, warmup: int) -> float:
    """Factor for optimiser step `step` (from 0). Unlike DeepSpeed's, the first step isn't wasted on a rate of zero."""
    if step < warmup:
        return (step + 1) / warmup
    return max(0.0, (total - step) / max(1, total - warmup))
