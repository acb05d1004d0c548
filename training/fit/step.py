"""One micro-batch's forward pass: teacher-forced conversation, verdict, text and masks -> losses."""
from typing import Dict, List

import torch
from torch import nn

from sida.model import SidaModel
from sida.tokenizer import Tokenizer

from . import losses
from .examples import Example
from .stages import Stage

MASK_BRANCH = ("visual_model.mask_decoder", "text_hidden_fcs", "sida_fc1", "attention_layer", "no_mask_embed", "image_encoder")


class TrainingStep(nn.Module):
    """The model with its losses as one module, so that DistributedDataParallel sees a single forward pass."""

    def __init__(self, model: SidaModel, tokenizer: Tokenizer, stage: Stage):
        super().__init__()
        self.model, self.stage = model, stage
        self.cls, self.seg = tokenizer.id("[CLS]"), tokenizer.id("[SEG]")

    def states(self, examples: List[Example]):
        """-> hidden states (B, L, H) and, a sample, the ids with the positions in the expanded sequence that predict them."""
        model = self.model
        ids = [torch.tensor(e.turn.ids, device=model.lm_head.weight.device) for e in examples]
        features = model.image_features(torch.stack([e.clip for e in examples]).to(ids[0].device))      # (B, N, H)
        return model.hidden_states(ids, features), ids, features.shape[1] - 1

    def forward(self, examples: List[Example]) -> Dict[str, torch.Tensor]:
        model, stage = self.model, self.stage
        hidden, ids, extra = self.states(examples)
        device = hidden.device
        classes = torch.tensor([e.label for e in examples], device=device)
        logits, first_logits, seg_states, text_states, text_labels = [], [], [], [], []
        for b, (example, sequence) in enumerate(zip(examples, ids)):
            at = (sequence == self.cls).nonzero().flatten()
            # A token at index t is predicted by the state at t - 1, `extra` positions later in the expanded sequence.
            row = model.class_logits(hidden[b, extra + at - 1])
            logits.append(row[-1])                                                                     # the answer's [CLS] is the last
            first_logits.append(row[0])
            if example.label == 2:
                seg_states.append(hidden[b, extra + (sequence == self.seg).nonzero().flatten()[-1:] - 1])   # (1, H)
            if stage.text_weight:
                start = example.turn.prompt_length
                text_states.append(hidden[b, extra + start - 1:extra + len(sequence) - 1])
                text_labels.append(sequence[start:])
        result = {"cls": losses.classification(torch.stack(logits), classes)}
        if stage.text_weight:
            result["text"] = losses.text(model.lm_head(torch.cat(text_states)), torch.cat(text_labels))
        else:
            result["text"] = hidden.new_zeros(())
        if seg_states:
            embedding = model.image_embedding(torch.stack([e.sam for e in examples]).to(device))       # (B, P, g, g)
            prompts = torch.cat([model.prompt_embeddings(c, s) for c, s in zip(first_logits, seg_states)])  # (B, P)
            low_res = model.low_res_masks(embedding, prompts.to(embedding.dtype))                      # (B, 4g, 4g)
            bce = dice = 0.0
            for example, mask in zip(examples, low_res):
                full, true = model.full_masks(mask[None], example.resized), example.mask[None].to(device)
                bce, dice = bce + losses.mask_bce(full, true) / len(examples), dice + losses.mask_dice(full, true) / len(examples)
            result.update(bce=bce, dice=dice)
        else:
            # Every process must have gradients for the same parameters, whatever its batch's class.
            idle = sum(p.sum() for n, p in model.named_parameters() if p.requires_grad and any(m in n for m in MASK_BRANCH)) * 0.0
            result.update(bce=hidden.new_zeros(()) + idle, dice=hidden.new_zeros(()))
        result["loss"] = stage.cls_weight * result["cls"] + stage.text_weight * result["text"] + stage.mask_weight * (result["bce"] + result["dice"])
        result["correct"] = (torch.stack(logits).argmax(1) == classes).float().mean()
        return result
