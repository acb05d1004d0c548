"""The language model of the demonstration model learns to judge and to explain around the finished vision parts. The [SEG] prompt is drawn
to the one that SAM was trained with, so that no step needs SAM."""
import os
from typing import Dict, List

import numpy as np
import torch
from torch import nn
import torch.nn.functional as F

from fit import conversation, losses
from sida import checkpoint
from sida.clip import ClipTower
from sida.config import SidaConfig
from sida.model import SidaModel
from sida.tokenizer import Tokenizer

from . import energies
from .learn import Plan, learn
from .localise import PromptedSam
from .tower import DenseTower
from .trunk import without_inputs
from .views import Views

EXPLAIN_SHARE = 0.45


@torch.no_grad()
def assemble(config: SidaConfig, given: ClipTower, tower: DenseTower, sam: PromptedSam, seed: int) -> SidaModel:
    """`given` has the given layers; the others come from the trained parts."""
    torch.manual_seed(seed)
    model = SidaModel(config)
    for table in (model.model.embed_tokens, model.lm_head):
        table.weight.normal_(std=0.05)
    for layer in model.model.layers:                               # residual branches start small
        for linear in (layer.self_attn.o_proj, layer.mlp.down_proj):
            linear.weight.div_((2 * len(model.model.layers)) ** 0.5)
    model.model.visual_model.load_state_dict(sam.finished(given).state_dict())
    model.vision_tower.load_state_dict(tower.trunk.into(given).state_dict())
    # The verdict that the tower learnt is told at once, so that little has to be learnt from what tells photographs apart.
    projector = model.model.mm_projector
    projector.weight[:3], projector.bias[:3] = tower.verdict.weight, tower.verdict.bias
    last: nn.Linear = model.model.text_hidden_fcs[0][2]            # starts by giving every [SEG] the prompt that SAM was trained with
    last.weight.mul_(0.1)
    last.bias.copy_(sam.prompt)
    # Fusion adds an attention over the [SEG] embedding itself: start by adding nothing.
    model.model.attention_layer.out_proj.weight.mul_(0.1)
    model.model.attention_layer.out_proj.bias.zero_()
    return model


def write(model: SidaModel, tokenizer: Tokenizer, folder: str, tower_folder: str) -> None:
    checkpoint.save(model, tokenizer, folder, tower_folder, torch.float32)
    with open(os.path.join(folder, "README.md"), "w", encoding="utf-8") as f:         # where `sida import` reads the licence
        f.write("---\nlicense: apache-2.0\n---\nSida's demonstration model. It is not for decisions.\n")


def step_losses(model: SidaModel, tokenizer: Tokenizer, prompt: torch.Tensor, seen: torch.Tensor, turns: List[conversation.Turn],
                labels: List[int]) -> Dict[str, torch.Tensor]:
    """seen (B, n, C) is what the tower gave; `prompt` (P) is what every fused [SEG] embedding should be."""
    device = seen.device
    ids = [torch.tensor(t.ids, device=device) for t in turns]
    hidden = model.hidden_states(ids, model.model.mm_projector(seen)).float()
    extra, cls, seg = model.settings.clip.num_tokens - 1, tokenizer.id("[CLS]"), tokenizer.id("[SEG]")
    verdicts, prompts, states, targets = [], [], [], []
    for b, (turn, sequence, label) in enumerate(zip(turns, ids, labels)):
        # A token at index t is predicted by the state at t - 1, `extra` positions later in the expanded sequence.
        row = model.class_logits(hidden[b, extra + (sequence == cls).nonzero().flatten() - 1])
        verdicts.append(row[-1])
        if label == 2:
            prompts.append(model.prompt_embeddings(row[0].detach(), hidden[b, extra + (sequence == seg).nonzero().flatten()[-1:] - 1])[0])
        states.append(hidden[b, extra + turn.prompt_length - 1:extra + len(sequence) - 1])
        targets.append(sequence[turn.prompt_length:])
    said, truth = torch.stack(verdicts), torch.tensor(labels, device=device)
    result = {"cls": losses.classification(said, truth), "text": losses.text(model.lm_head(torch.cat(states)), torch.cat(targets)),
              "prompt": F.mse_loss(torch.stack(prompts).float(), prompt.expand(len(prompts), -1)) if prompts else hidden.new_zeros(())}
    return {**result, "loss": 2 * result["cls"] + result["text"] + result["prompt"], "right": (said.argmax(1) == truth).float().mean()}


def train_language(model: SidaModel, tower: DenseTower, tokenizer: Tokenizer, prompt: torch.Tensor, train: Views, check: Views, plan: Plan, file: str) -> None:
    """`tower` is the quick form of the model's own (trunk.py)."""
    model.to(plan.device)
    without_inputs(model.model.mm_projector.weight, energies.CONSTANTS)
    trunk = tower.trunk.to(plan.device)
    prompt = prompt.detach().to(plan.device)
    trained = {n: p for n, p in model.named_parameters() if not n.startswith("vision_tower.") and ".visual_model." not in n}
    by_class = [np.flatnonzero(train.labels == c) for c in range(3)]
    known: Dict[tuple, conversation.Turn] = {}

    def turn(sample, user: str, explains: bool) -> conversation.Turn:
        key = user, sample.label, sample.description if explains else None
        if key not in known:
            known[key] = conversation.build(tokenizer, user, conversation.answer_text(*key[1:]), "llava_v1", 1024, model.settings.eos_token_id, explains)
        return known[key]

    def step(rng, share):
        explain = rng.random() < EXPLAIN_SHARE                     # a batch of one kind wastes little padding
        labels = [i % 3 for i in range(plan.batch)]
        picks = [int(rng.choice(by_class[c])) for c in labels]
        questions = conversation.questions(explain, varied=True)
        turns = [turn(train.samples[i], questions[rng.integers(len(questions))], explain) for i in picks]
        if explain:                                                # whole and not mirrored: a description names sides
            features = train.batch(picks, rng, described=True)[0]
        else:
            features = train.batch([i + len(train.samples) * int(rng.integers(train.variants)) for i in picks], rng)[0]
        with torch.no_grad():
            seen = trunk(energies.restore(features))
        return step_losses(model, tokenizer, prompt, seen, turns, labels)

    @torch.no_grad()
    def measure():
        model.eval()
        right, begins = np.zeros((3, 3), int), []
        question = conversation.questions(False, False)[0]
        for i, sample in enumerate(check.samples):
            t = turn(sample, question, False)
            with plan.autocast():
                image = model.model.mm_projector(trunk(energies.restore(check.batch([i])[0])))
                hidden = model.hidden_states([torch.tensor(t.ids[:t.prompt_length], device=plan.device)], image)
                right[sample.label, int(model.class_logits(hidden[0, -1:]).argmax())] += 1
                begins.append(int(model.lm_head(hidden[0, -1]).argmax()) == tokenizer.id("[CLS]"))
        model.train()
        return f"accuracy {np.trace(right) / max(right.sum(), 1):.3f}, confusion {right.tolist()}, answers that begin with [CLS] {np.mean(begins):.3f}"
    model.train()
    learn("language", trained, lambda name: 1.0, plan, file, step, measure)
    model.cpu().eval()
