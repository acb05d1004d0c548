"""The language model of the demonstration model learns to judge and to explain around the finished vision parts. Its tower's features are
computed once; the [SEG] prompt is drawn to the one that SAM was trained with, so that no step needs SAM."""
import os
from typing import Dict, List

import numpy as np
import torch
from torch import nn
import torch.nn.functional as F

from fit import conversation, losses, state
from fit.progress import Progress
from sida.clip import ClipTower
from sida.model import SidaModel
from sida.tokenizer import Tokenizer

from . import architecture, energies
from .localise import PromptedSam
from .trunk import CLASSES, Plan, Tokens

EXPLAIN_SHARE = 0.4


@torch.no_grad()
def assemble(tokenizer: Tokenizer, tower: ClipTower, sam: PromptedSam, seed: int) -> SidaModel:
    torch.manual_seed(seed)
    model = SidaModel(architecture.config(len(tokenizer)))
    for table in (model.model.embed_tokens, model.lm_head):
        table.weight.normal_(std=0.05)
    for layer in model.model.layers:                               # residual branches start small
        for linear in (layer.self_attn.o_proj, layer.mlp.down_proj):
            linear.weight.div_((2 * len(model.model.layers)) ** 0.5)
    model.vision_tower.load_state_dict(tower.state_dict())
    model.model.visual_model.load_state_dict(sam.sam.state_dict())
    last: nn.Linear = model.model.text_hidden_fcs[0][2]            # starts by giving every [SEG] the prompt that SAM was trained with
    last.weight.mul_(0.1)
    last.bias.copy_(sam.prompt)
    # Fusion adds an attention over the [SEG] embedding itself: start by adding nothing.
    model.model.attention_layer.out_proj.weight.mul_(0.1)
    model.model.attention_layer.out_proj.bias.zero_()
    return model


class Features:
    """The finished tower's output for the pictures of `tokens`, and for their mirror images: float16 (2 N, n, C) on disk."""

    def __init__(self, file: str, tower: ClipTower, tokens: Tokens, mirrored: bool):
        config = tower.config
        g, c = config.image_size // config.patch_size, config.hidden_size
        self.count, ways = len(tokens.tokens), 2 if mirrored else 1
        done = os.path.exists(file + ".done")
        self.values = np.memmap(file, np.float16, "r" if done else "w+", shape=(self.count * ways, g * g, c))
        if done:
            return
        table = tower.vision_model.embeddings.position_embedding.weight.detach()
        layers = list(tower.vision_model.encoder.layers)[1:config.select_layer % (config.num_hidden_layers + 1)]
        progress = Progress(self.count * ways)
        with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
            for start in range(0, self.count * ways, 8):
                rows = range(start, min(start + 8, self.count * ways))
                x = torch.from_numpy(np.stack([tokens.tokens[i % self.count] for i in rows])).float()
                if start >= self.count:
                    x = torch.cat((x[:, :1], energies.flip(x[:, 1:].view(len(rows), g, g, c), table, True, False).flatten(1, 2)), 1)
                for layer in layers:
                    x = layer(x)
                self.values[rows.start:rows.stop] = x[:, 1:].to(torch.float16).numpy()
                progress.show(rows.stop, "features")
        open(file + ".done", "w", encoding="ascii").close()


class Examples:
    """Token ids of every picture's conversations, chosen anew each time."""

    def __init__(self, tokenizer: Tokenizer, eos: int):
        self.tokenizer, self.eos, self.known = tokenizer, eos, {}

    def turn(self, sample, user: str, explains: bool) -> conversation.Turn:
        key = (user, sample.label, sample.description if explains else None)
        if key not in self.known:
            self.known[key] = conversation.build(
                self.tokenizer, user, conversation.answer_text(*key[1:]), "llava_v1", 1024, self.eos, explains)
        return self.known[key]


def step_losses(model: SidaModel, tokenizer: Tokenizer, prompt: torch.Tensor, features: torch.Tensor, turns: List[conversation.Turn],
                labels: List[int]) -> Dict[str, torch.Tensor]:
    """features (B, n, C) of the tower; `prompt` (P) is what every fused [SEG] embedding should be."""
    ids = [torch.tensor(t.ids) for t in turns]
    hidden = model.hidden_states(ids, model.model.mm_projector(features)).float()
    extra, cls, seg = features.shape[1] - 1, tokenizer.id("[CLS]"), tokenizer.id("[SEG]")
    verdicts, prompts, states, targets = [], [], [], []
    for b, (turn, sequence, label) in enumerate(zip(turns, ids, labels)):
        row = model.class_logits(hidden[b, extra + (sequence == cls).nonzero().flatten() - 1])
        verdicts.append(row[-1])
        if label == 2:
            prompts.append(model.prompt_embeddings(row[0].detach(), hidden[b, extra + (sequence == seg).nonzero().flatten()[-1:] - 1])[0])
        states.append(hidden[b, extra + turn.prompt_length - 1:extra + len(sequence) - 1])
        targets.append(sequence[turn.prompt_length:])
    verdicts = torch.stack(verdicts)
    result = {"cls": losses.classification(verdicts, torch.tensor(labels)), "text": losses.text(model.lm_head(torch.cat(states)), torch.cat(targets)),
              "prompt": F.mse_loss(torch.stack(prompts).float(), prompt.expand(len(prompts), -1)) if prompts else hidden.new_zeros(())}
    result["loss"] = 2 * result["cls"] + result["text"] + result["prompt"]
    result["right"] = (verdicts.argmax(1) == torch.tensor(labels)).float().mean()
    return result


def train_language(model: SidaModel, tokenizer: Tokenizer, prompt: torch.Tensor, train: Tokens, features: Features, check: Tokens, check_features: Features,
                   plan: Plan, file: str) -> None:
    trained = {n: p for n, p in model.named_parameters() if not n.startswith("vision_tower.") and ".visual_model." not in n}
    optimiser = torch.optim.AdamW(trained.values(), plan.lr, betas=(0.9, 0.98), weight_decay=plan.weight_decay)
    examples, prompt, done = Examples(tokenizer, model.settings.eos_token_id), prompt.detach(), 0
    if os.path.exists(file):
        saved = state.read(file)
        with torch.no_grad():
            for n, p in trained.items():
                p.copy_(saved["network"][n])
        done = saved["done"]
        if done < plan.steps:
            optimiser.load_state_dict(saved["optimiser"])
    by_class = [np.flatnonzero(train.labels == c) for c in range(3)]
    progress, smooth = Progress(plan.steps, done), {}
    while done < plan.steps:
        rng = np.random.default_rng([plan.seed, 10, done])
        explain = rng.random() < EXPLAIN_SHARE                     # a batch of one length wastes no padding
        labels = [(0, 1, 2)[i % 3] for i in range(plan.batch)]
        places = [int(rng.choice(by_class[c])) for c in labels]
        questions = conversation.questions(explain, varied=True)
        turns = [examples.turn(train.samples[i], questions[rng.integers(len(questions))], explain) for i in places]
        rows = [(i + len(train.samples) * int(rng.integers(train.variants)), i) for i in places]
        # A mirrored picture's description would name the wrong side.
        mirror = 0 if explain else features.count
        found = np.stack([features.values[i + (mirror if rng.random() < 0.5 and mirror < len(features.values) else 0)] for i, _ in rows])
        factor = min(1.0, (done + 1) / plan.warmup) * 0.5 * (1 + np.cos(np.pi * done / plan.steps))
        for group in optimiser.param_groups:
            group["lr"] = plan.lr * factor
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=plan.bf16):
            result = step_losses(model, tokenizer, prompt, torch.from_numpy(found).float(), turns, labels)
        optimiser.zero_grad(set_to_none=True)
        result["loss"].backward()
        if torch.isfinite(nn.utils.clip_grad_norm_(trained.values(), 1.0)):
            optimiser.step()
        done += 1
        for k, v in result.items():
            smooth[k] = 0.97 * smooth.get(k, float(v)) + 0.03 * float(v)
        progress.show(done, "language " + " ".join(f"{k} {v:.3f}" for k, v in smooth.items()))
        if done % plan.save_every == 0 or done == plan.steps:
            state.write(file, {"network": {n: p.detach() for n, p in trained.items()}, "optimiser": optimiser.state_dict(), "done": done})
        if done % plan.check_every == 0 or done == plan.steps:
            print(f"language {done}: {measure(model, tokenizer, prompt, check, check_features, examples)}", flush=True)


@torch.no_grad()
def measure(model, tokenizer, prompt, tokens: Tokens, features: Features, examples: Examples) -> str:
    model.eval()
    right, text = np.zeros((3, 3), int), []
    question = conversation.questions(False, False)[0]
    for i, sample in enumerate(tokens.samples):
        turn = examples.turn(sample, question, False)
        ids = torch.tensor(turn.ids[:turn.prompt_length])
        hidden = model.hidden_states([ids], model.model.mm_projector(torch.from_numpy(np.asarray(features.values[i])).float()[None]))
        right[sample.label, int(model.class_logits(hidden[0, -1:]).argmax())] += 1
        text.append(int(model.lm_head(hidden[0, -1]).argmax()) == tokenizer.id("[CLS]"))
    model.train()
    return f"accuracy {np.trace(right) / right.sum():.3f}, confusion {right.tolist()}, answers begin with [CLS]: {np.mean(text):.3f}"
