"""Validation by the paper's protocol (teacher-forced, the true conversation as input), measured honestly: at the pictures' own size,
over all processes."""
from typing import List

import numpy as np
import torch

from . import losses
from .data import Sample
from .examples import Options, load
from .metrics import Metrics
from .step import TrainingStep


@torch.no_grad()
def validate(step: TrainingStep, tokenizer, samples: List[Sample], options: Options, autocast, report=lambda done, total: None) -> Metrics:
    model, metrics = step.model, Metrics()
    training = model.training
    model.eval()
    for done, sample in enumerate(samples, 1):
        example = load(sample, tokenizer, model.settings, options, np.random.default_rng(done))
        with autocast():
            hidden, (ids,), extra = step.states([example])
            logits = model.class_logits(hidden[0, extra + (ids == step.cls).nonzero().flatten() - 1])
            metrics.add(logits[-1].float().softmax(-1).cpu().numpy(), sample.label)
            if step.stage.text_weight:
                start = example.turn.prompt_length
                metrics.text_loss.append(float(losses.text(model.lm_head(hidden[0, extra + start - 1:extra + len(ids) - 1]), ids[start:])))
            if sample.label == 2:
                seg = hidden[0, extra + (ids == step.seg).nonzero().flatten()[-1:] - 1]
                embedding = model.image_embedding(example.sam[None].to(hidden.device))
                low_res = model.low_res_masks(embedding, model.prompt_embeddings(logits[0], seg).to(embedding.dtype))
        if sample.label == 2:
            mask = model.full_masks(low_res, example.resized, example.true_mask.shape)[0] > 0
            metrics.add_mask(mask.cpu().numpy(), example.true_mask, int(logits[-1].argmax()))
        report(done, len(samples))
    model.train(training)
    return metrics
