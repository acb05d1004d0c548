"""The language model of the demonstration model learns to judge and to explain around the finished vision parts. The [SEG] prompt is drawn
to the one that SAM was trained with, so that no step needs SAM."""
import os
from typing import Dict, List, Tuple

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

CALIBRATION, SHIFTS = 200, tuple(0.1 * i for i in range(11))      # pictures a class; see `calibrate`


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


def plain_answers(tokenizer: Tokenizer) -> List[List[int]]:
    """The tokens of the answer without reasons, of each class."""
    return [tokenizer.encode(conversation.answer_text(c, None), bos=False) for c in range(3)]


def deciding_tokens(tokenizer: Tokenizer, label: int) -> Tuple[int, int]:
    """Places in the answer of the token that names the class, and of the one after the first sentence: it ends the answer or begins the reasons."""
    answers = plain_answers(tokenizer)
    return len(os.path.commonprefix(answers)), len(answers[label])


def step_losses(model: SidaModel, tokenizer: Tokenizer, prompt: torch.Tensor, seen: torch.Tensor, turns: List[conversation.Turn],
                labels: List[int]) -> Dict[str, torch.Tensor]:
    """seen (B, n, C) is what the tower gave; `prompt` (P) is what every fused [SEG] embedding should be. `decided` is the text's loss of the
    two tokens that name the class and say whether reasons follow: among all the others of an explanation they would hardly count."""
    device = seen.device
    ids = [torch.tensor(t.ids, device=device) for t in turns]
    hidden = model.hidden_states(ids, model.model.mm_projector(seen)).float()
    extra, cls, seg = model.settings.clip.num_tokens - 1, tokenizer.id("[CLS]"), tokenizer.id("[SEG]")
    verdicts, prompts, states, targets, deciding = [], [], [], [], []
    for b, (turn, sequence, label) in enumerate(zip(turns, ids, labels)):
        # A token at index t is predicted by the state at t - 1, `extra` positions later in the expanded sequence.
        row = model.class_logits(hidden[b, extra + (sequence == cls).nonzero().flatten() - 1])
        verdicts.append(row[-1])
        if label == 2:
            prompts.append(model.prompt_embeddings(row[0].detach(), hidden[b, extra + (sequence == seg).nonzero().flatten()[-1:] - 1])[0])
        states.append(hidden[b, extra + turn.prompt_length - 1:extra + len(sequence) - 1])
        targets.append(sequence[turn.prompt_length:])
        deciding += [(b, turn.prompt_length + at) for at in deciding_tokens(tokenizer, label)]
    said, truth = torch.stack(verdicts), torch.tensor(labels, device=device)
    result = {"cls": losses.classification(said, truth), "text": losses.text(model.lm_head(torch.cat(states)), torch.cat(targets)),
              "decided": losses.text(model.lm_head(torch.stack([hidden[b, extra + at - 1] for b, at in deciding])), torch.stack([ids[b][at] for b, at in deciding])),
              "prompt": F.mse_loss(torch.stack(prompts).float(), prompt.expand(len(prompts), -1)) if prompts else hidden.new_zeros(())}
    return {**result, "loss": 2 * result["cls"] + result["text"] + 2 * result["decided"] + result["prompt"], "right": (said.argmax(1) == truth).float().mean()}


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
        labels = [i % 3 for i in range(plan.batch)]
        explains = [i < plan.batch // 2 for i in range(plan.batch)]
        picks = [int(rng.choice(by_class[c])) for c in labels]
        turns = []
        for i, explain in zip(picks, explains):
            questions = conversation.questions(explain, varied=True)
            turns.append(turn(train.samples[i], questions[rng.integers(len(questions))], explain))
        # Explained pictures are whole and not mirrored: a description names sides.
        half = sum(explains)
        features = torch.cat((train.batch(picks[:half], rng, described=True)[0],
                              train.batch([i + len(train.samples) * int(rng.integers(train.variants)) for i in picks[half:]], rng)[0]))
        with torch.no_grad():
            seen = trunk(energies.restore(features))
        return step_losses(model, tokenizer, prompt, seen, turns, labels)

    def measure():
        model.eval()
        logits, first, named = judge(model, tokenizer, shown, plan)
        right = confusion(logits, check.labels)
        explaining = explains_where_asked(model, tokenizer, shown[::10], check.labels[::10], plan)
        model.train()
        return (f"accuracy {np.trace(right) / right.sum():.3f}, confusion {right.tolist()}, words that name the same {np.mean(named == logits.argmax(1)):.3f}, "
                f"answers that begin with [CLS] {np.mean(first == tokenizer.id('[CLS]')):.3f}, "
                f"explains where asked and only there {explaining:.3f}")
    shown = through(trunk, check, range(len(check.samples)), plan)
    model.train()
    learn("language", trained, lambda name: 1.0, plan, file, step, measure)
    model.eval()
    calibrate(model, tokenizer, [through(trunk, train, by_class[c][:CALIBRATION], plan) for c in (0, 2)], shown, check.labels, plan)
    model.cpu()


@torch.no_grad()
def through(trunk: nn.Module, views: Views, indices, plan: Plan) -> torch.Tensor:
    """-> (len(indices), n, C): what the tower gives for views as they are."""
    found = []
    for part in np.array_split(np.asarray(indices), -(-len(indices) // 20)):
        with plan.autocast():
            found.append(trunk(energies.restore(views.batch(part)[0])))
    return torch.cat(found)


@torch.no_grad()
def judge(model: SidaModel, tokenizer: Tokenizer, seen: torch.Tensor, plan: Plan) -> Tuple[np.ndarray, np.ndarray, np.ndarray]:
    """seen (N, n, C) -> for the answers to the plain question: logits of the verdict (N, 3), the first token (N), and the class that the words
    name (N), after the official beginning; -1 where they name none."""
    answers = plain_answers(tokenizer)
    begun, _ = deciding_tokens(tokenizer, 0)
    turn = conversation.build(tokenizer, conversation.questions(False, False)[0], conversation.answer_text(0, None), "llava_v1", 1024,
                              model.settings.eos_token_id, False)
    ids = torch.tensor(turn.ids[:turn.prompt_length + begun], device=seen.device)
    logits, first, named = [], [], []
    for part in seen.split(20):
        with plan.autocast():
            hidden = model.hidden_states([ids] * len(part), model.model.mm_projector(part))
            logits.append(model.class_logits(hidden[:, -1 - begun]).float())
            first.append(model.lm_head(hidden[:, -1 - begun]).argmax(1))
            named.append(model.lm_head(hidden[:, -1]).argmax(1))
    names = {answer[begun]: c for c, answer in enumerate(answers)}
    return torch.cat(logits).cpu().numpy(), torch.cat(first).cpu().numpy(), np.array([names.get(int(t), -1) for t in torch.cat(named)])


@torch.no_grad()
def explains_where_asked(model: SidaModel, tokenizer: Tokenizer, seen: torch.Tensor, labels: np.ndarray, plan: Plan) -> float:
    """Share of the answers to the official questions, the true first sentence given, that go on where reasons are asked for and end where not."""
    found = []
    for explain in (False, True):
        for question in conversation.questions(explain, True)[1:3]:
            for part, some in zip(seen.split(20), np.array_split(labels, range(20, len(labels), 20))):
                turns = [conversation.build(tokenizer, question, conversation.answer_text(int(c), None), "llava_v1", 1024, model.settings.eos_token_id, False) for c in some]
                with plan.autocast():
                    hidden = model.hidden_states([torch.tensor(t.ids[:-1], device=seen.device) for t in turns], model.model.mm_projector(part))
                    at = [model.settings.clip.num_tokens - 2 + len(t.ids) - 1 for t in turns]
                    next_token = model.lm_head(torch.stack([hidden[b, i] for b, i in enumerate(at)])).argmax(1)
                found += ((next_token != model.settings.eos_token_id) == explain).tolist()
    return float(np.mean(found))


def confusion(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """-> (3, 3) counts, rows the truth."""
    counts = np.zeros((3, 3), int)
    np.add.at(counts, (labels, logits.argmax(1)), 1)
    return counts


@torch.no_grad()
def calibrate(model: SidaModel, tokenizer: Tokenizer, known: List[torch.Tensor], seen: torch.Tensor, labels: np.ndarray, plan: Plan) -> None:
    """Pictures of photographs that were never seen look more tampered than those that the model learnt from. So all image tokens are moved
    from the mean of tampered pictures toward that of real ones (`known`: real, tampered, of the training split), before the language model, so
    that verdict and words agree; by the least share of SHIFTS with which verdict and words are both right as often, within one standard error of the
    difference picture by picture, as with the best, on `seen`: pictures of other photographs, which training did not touch."""
    projector = model.model.mm_projector
    real, tampered = (projector(part).float().mean((0, 1)) for part in known)
    learnt, found = projector.bias.detach().clone(), []
    for share in SHIFTS:
        projector.bias.copy_(learnt - share * (tampered - real))
        logits, _, named = judge(model, tokenizer, seen, plan)
        right = confusion(logits, labels)
        found.append(((logits.argmax(1) == labels) & (named == labels)).astype(float))
        print(f"calibration {share:.2f}: verdict right {np.trace(right) / right.sum():.3f}, words too {found[-1].mean():.3f}, confusion {right.tolist()}", flush=True)
    lost = max(found, key=np.mean) - np.stack(found)               # (shifts, pictures): 1 where only the best is right, -1 where only this one is
    chosen = next(share for share, row in zip(SHIFTS, lost) if row.mean() <= row.std() / len(row) ** 0.5)
    projector.bias.copy_(learnt - chosen * (tampered - real))
    print(f"calibrated by {chosen:.2f}", flush=True)
