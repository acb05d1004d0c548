"""SIDA's own heads on the language model's final hidden states: the verdict, the [SEG] prompts and their fusion."""
from typing import Tuple

import torch
from torch import nn


def make_cls_head(hidden: int, classes: int) -> nn.ModuleList:
    """State-dict names cls_head.0.0 and cls_head.0.3. (n, H) -> (n, 3)."""
    return nn.ModuleList([nn.Sequential(nn.Linear(hidden, hidden // 2), nn.ReLU(inplace=True), nn.Dropout(0.0), nn.Linear(hidden // 2, classes))])


def make_text_hidden_fcs(hidden: int, out: int) -> nn.ModuleList:
    """State-dict names text_hidden_fcs.0.0 and text_hidden_fcs.0.2. (n, H) -> (n, P)."""
    return nn.ModuleList([nn.Sequential(nn.Linear(hidden, hidden), nn.ReLU(inplace=True), nn.Linear(hidden, out), nn.Dropout(0.0))])


def fuse(attention: nn.MultiheadAttention, fc: nn.Linear, class_logits: torch.Tensor, seg: torch.Tensor) -> Tuple[torch.Tensor, torch.Tensor]:
    """Adds to every [SEG] embedding what the verdict attends to among them (Fig. 4 of the paper).
    class_logits (3) of the FIRST [CLS], seg (n, P) -> fused (n, P), attention output (1, P).
    With one [SEG] the softmax is 1 and the class logits have no effect: parity with the official model."""
    query = fc(class_logits[None])[None]                           # (1, 1, P)
    keys = seg[None]                                               # (1, n, P)
    if seg.shape[0] == 0:                                          # the official model adds an attention over nothing to nothing
        return seg, seg.new_zeros(1, seg.shape[1])
    output, _ = attention(query, keys, keys, need_weights=False)   # (1, 1, P)
    return seg + output[0], output[0]
