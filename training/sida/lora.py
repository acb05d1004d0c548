"""Low-rank adapters: y = W x + (alpha / rank) B A dropout(x), W frozen. Merging adds the product to W."""
import math
from typing import Iterator

import torch
from torch import nn
import torch.nn.functional as F

from .config import LoraConfig


class LoraLinear(nn.Linear):
    """A linear layer with an adapter beside its weight; `weight` and `bias` keep their state-dict names."""

    @classmethod
    def wrap(cls, linear: nn.Linear, config: LoraConfig) -> "LoraLinear":
        layer = cls(linear.in_features, linear.out_features, bias=linear.bias is not None)
        layer.weight, layer.bias = linear.weight, linear.bias
        layer.lora_A = nn.Parameter(torch.empty(config.rank, linear.in_features, dtype=linear.weight.dtype))
        layer.lora_B = nn.Parameter(torch.zeros(linear.out_features, config.rank, dtype=linear.weight.dtype))
        nn.init.kaiming_uniform_(layer.lora_A, a=math.sqrt(5))     # B = 0: training starts from the unchanged model
        layer.scale, layer.dropout = config.alpha / config.rank, nn.Dropout(config.dropout)
        return layer

    def forward(self, x: torch.Tensor) -> torch.Tensor:            # (..., in) -> (..., out)
        return F.linear(x, self.weight, self.bias) + self.scale * F.linear(F.linear(self.dropout(x), self.lora_A), self.lora_B)

    def merged(self) -> nn.Linear:
        linear = nn.Linear(self.in_features, self.out_features, bias=self.bias is not None)
        weight = self.weight.data.float() + self.scale * (self.lora_B.data.float() @ self.lora_A.data.float())
        linear.weight, linear.bias = nn.Parameter(weight.to(self.weight.dtype)), self.bias
        return linear


def _named_children(module: nn.Module) -> Iterator:
    for parent in module.modules():
        for name, child in list(parent.named_children()):
            yield parent, name, child


def add_lora(llama: nn.Module, config: LoraConfig) -> int:
    """Wraps every linear layer of the language model whose name is in `targets`; returns how many."""
    count = 0
    for parent, name, child in list(_named_children(llama)):
        if name in config.targets and isinstance(child, nn.Linear) and not isinstance(child, LoraLinear):
            setattr(parent, name, LoraLinear.wrap(child, config))
            count += 1
    if count == 0:
        raise ValueError(f"LoRA: no linear layer is named {', '.join(config.targets)}")
    return count


def merge_lora(module: nn.Module) -> int:
    """Replaces every adapter by the plain layer that computes the same; returns how many."""
    found = [(p, n, c) for p, n, c in _named_children(module) if isinstance(c, LoraLinear)]
    for parent, name, child in found:
        setattr(parent, name, child.merged())
    return len(found)
