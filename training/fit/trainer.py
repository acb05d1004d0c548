"""The loop: micro-batches, accumulation, mixed precision, schedule, log, validation, checkpoints, and resume on the same loss curve."""
import csv
import os
import time
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Dict, List, Optional

import numpy as np
import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel

from sida.model import SidaModel
from sida.tokenizer import Tokenizer

from . import examples, state
from .data import Sample, batch_stream
from .metrics import Metrics, score
from .progress import Progress
from .schedule import warmup_decay
from .stages import Stage
from .step import TrainingStep
from .validate import validate

PARTS = ("loss", "cls", "bce", "dice", "text", "correct")
MOST_BAD_STEPS = 20                    # non-finite losses in a row after which going on makes no sense


@dataclass
class Settings:
    out: str
    steps: int = 10000                 # optimiser steps
    batch: int = 2                     # pictures a micro-batch
    accumulation: int = 10             # micro-batches a step
    lr: float = 1e-4
    lr_scales: Dict[str, float] = field(default_factory=dict)      # substring of a parameter name -> factor
    warmup: int = 100
    betas: tuple = (0.9, 0.95)
    weight_decay: float = 0.0
    clip: float = 1.0
    precision: str = "fp32"            # or bf16, fp16 (CUDA)
    seed: int = 1
    workers: int = 2
    validate_every: int = 1000
    save_every: int = 200
    validation_pictures: int = 600     # at most, evenly taken
    device: str = "cpu"


class Trainer:
    def __init__(self, model: SidaModel, tokenizer: Tokenizer, stage: Stage, train: List[Sample], validation: List[Sample], settings: Settings,
                 options: examples.Options):
        self.settings, self.tokenizer, self.options = settings, tokenizer, options
        self.train_samples = train
        self.validation_samples = validation[::max(1, -(-len(validation) // settings.validation_pictures))]
        self.rank, self.world = (dist.get_rank(), dist.get_world_size()) if dist.is_initialized() else (0, 1)
        torch.manual_seed(settings.seed + self.rank)
        self.step_module = TrainingStep(model.to(settings.device), tokenizer, stage)
        self.wrapped = DistributedDataParallel(self.step_module) if self.world > 1 else self.step_module
        self.model = model
        self.parameters = {n: p for n, p in model.named_parameters() if p.requires_grad}
        self.optimiser = torch.optim.AdamW(self._groups(), lr=settings.lr, betas=settings.betas, weight_decay=settings.weight_decay)
        self.scaler = torch.cuda.amp.GradScaler(init_scale=2.0 ** 12, enabled=settings.precision == "fp16")
        self.done, self.best, self.bad = 0, -1.0, 0

    def _groups(self):
        groups: Dict[tuple, list] = {}
        for name, p in self.parameters.items():
            scale = next((s for k, s in self.settings.lr_scales.items() if k in name), 1.0)
            decay = self.settings.weight_decay if p.ndim > 1 and "embed" not in name and "rel_pos" not in name else 0.0
            groups.setdefault((scale, decay), []).append(p)
        return [{"params": ps, "weight_decay": d, "scale": s} for (s, d), ps in groups.items()]

    def autocast(self):
        kind = {"bf16": torch.bfloat16, "fp16": torch.float16}.get(self.settings.precision)
        return nullcontext() if kind is None else torch.autocast(torch.device(self.settings.device).type, dtype=kind)

    # --- one step ---------------------------------------------------------------------------------------------------

    def _example(self, batch, place: int) -> examples.Example:
        number, _, indices = batch
        rng = np.random.default_rng([self.settings.seed, number, self.rank, place])
        return examples.load(self.train_samples[indices[place]], self.tokenizer, self.model.settings, self.options, rng)

    def _optimise(self, micro_batches) -> Optional[Dict[str, float]]:
        """One optimiser step -> mean losses, or none when a loss or gradient wasn't finite (the step is skipped)."""
        s, sums = self.settings, dict.fromkeys(PARTS, 0.0)
        tampered = 0
        self.optimiser.zero_grad(set_to_none=True)
        for i, (_, batch) in enumerate(micro_batches):
            last = i == s.accumulation - 1
            with (self.wrapped.no_sync() if self.world > 1 and not last else nullcontext()):
                with self.autocast():
                    result = self.wrapped(batch)
                self.scaler.scale(result["loss"] / s.accumulation).backward()
            for k in PARTS:
                sums[k] += float(result[k].detach())
            tampered += batch[0].label == 2
        self.scaler.unscale_(self.optimiser)
        norm = float(torch.nn.utils.clip_grad_norm_(self.parameters.values(), s.clip))
        finite = np.isfinite(norm) and np.isfinite(sums["loss"])
        for group in self.optimiser.param_groups:
            group["lr"] = s.lr * group["scale"] * warmup_decay(self.done, s.steps, s.warmup)
        if finite or self.scaler.is_enabled():                     # the scaler skips non-finite steps by itself, and lowers its scale
            self.scaler.step(self.optimiser)
            self.scaler.update()
        if not finite:
            return None
        means = {k: v / s.accumulation for k, v in sums.items()}
        for k in ("bce", "dice"):                                  # mask losses exist in tampered batches only
            means[k] = sums[k] / tampered if tampered else float("nan")
        return {**means, "norm": norm, "lr": s.lr * warmup_decay(self.done, s.steps, s.warmup)}

    # --- the loop ---------------------------------------------------------------------------------------------------

    def run(self) -> None:
        s = self.settings
        os.makedirs(s.out, exist_ok=True)
        self.model.train()
        stream = batch_stream(self.train_samples, s.batch, s.seed, self.done * s.accumulation, self.rank, self.world)
        ready = examples.prefetch(stream, self._example, s.workers)
        progress, smooth = Progress(s.steps, self.done), {}
        while self.done < s.steps:
            began = time.time()
            means = self._optimise([next(ready) for _ in range(s.accumulation)])
            self.done += 1
            self.bad = 0 if means else self.bad + 1
            if self.bad > MOST_BAD_STEPS:
                raise FloatingPointError(f"the loss wasn't finite in {self.bad} steps in a row: lower --lr, or use bf16 or fp32")
            if means and self.rank == 0:
                smooth = {k: v if np.isnan(smooth.get(k, np.nan)) or np.isnan(v) else 0.95 * smooth[k] + 0.05 * v for k, v in means.items()}
                self._log("train.csv", {"step": self.done, **means, "seconds": time.time() - began})
                progress.show(self.done, " ".join(f"{k} {smooth[k]:.3f}" for k in PARTS) + f" lr {means['lr']:.1e}")
            if self.done % s.validate_every == 0 or self.done == s.steps:
                self.validate()
            if self.done % s.save_every == 0 or self.done == s.steps:
                self.save()
        ready.close()

    def validate(self) -> Dict[str, float]:
        mine = self.validation_samples[self.rank::self.world]
        fixed = examples.Options(**{**vars(self.options), "augment": False, "varied_questions": False})
        metrics = validate(self.step_module, self.tokenizer, mine, fixed, self.autocast)
        if self.world > 1:                                         # all of them: the official script reduced only the IoU
            gathered: List[Metrics] = [None] * self.world
            dist.all_gather_object(gathered, metrics)
            metrics = Metrics()
            for part in gathered:
                metrics.merge(part)
        summary = metrics.summary()
        better = score(summary) > self.best                        # compared BEFORE it is replaced
        self.best = max(self.best, score(summary))
        if self.rank == 0:
            self._log("validation.csv", {"step": self.done, "score": round(score(summary), 5), **summary})
            if better:
                state.write(os.path.join(self.settings.out, "best.pt"), {"model": self.trained_state(), "step": self.done, "summary": summary})
        return summary

    # --- files ------------------------------------------------------------------------------------------------------

    def trained_state(self) -> Dict[str, torch.Tensor]:
        return {n: p.detach().cpu().clone() for n, p in self.parameters.items()}

    def save(self) -> None:
        """Everything that the next step depends on, so that a resumed run can't be told from one that wasn't stopped."""
        random = {"cpu": torch.get_rng_state(), "cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else []}
        states = [random]
        if self.world > 1:
            states = [None] * self.world
            dist.all_gather_object(states, random)
        if self.rank == 0:
            state.write(os.path.join(self.settings.out, "last.pt"), {
                "model": self.trained_state(), "optimiser": self.optimiser.state_dict(), "scaler": self.scaler.state_dict(), "done": self.done,
                "best": self.best, "random": states, "settings": vars(self.settings), "world": self.world})

    def resume(self) -> bool:
        path = os.path.join(self.settings.out, "last.pt")
        if not os.path.exists(path):
            return False
        saved = state.read(path)
        before, now = saved["settings"], vars(self.settings)
        changed = [k for k in ("batch", "accumulation", "seed", "steps", "lr", "warmup") if before[k] != now[k]]
        if changed or saved["world"] != self.world:
            raise ValueError(f"{path} was made with other settings ({', '.join(changed) or 'number of processes'}): use them, or another --out")
        load_trained(self.model, saved["model"])
        self.optimiser.load_state_dict(saved["optimiser"])
        self.scaler.load_state_dict(saved["scaler"])
        self.done, self.best = saved["done"], saved["best"]
        random = saved["random"][self.rank]
        torch.set_rng_state(random["cpu"])
        if random["cuda"]:
            torch.cuda.set_rng_state_all(random["cuda"])
        self._trim_logs()
        return True

    def _trim_logs(self) -> None:
        """Rows after the checkpoint will be written again."""
        for name in ("train.csv", "validation.csv"):
            path = os.path.join(self.settings.out, name)
            if self.rank == 0 and os.path.exists(path):
                with open(path, newline="", encoding="utf-8") as f:
                    rows = list(csv.reader(f))
                with open(path, "w", newline="", encoding="utf-8") as f:
                    csv.writer(f).writerows([r for i, r in enumerate(rows) if i == 0 or int(r[0]) <= self.done])

    def _log(self, name: str, row: Dict[str, float]) -> None:
        path = os.path.join(self.settings.out, name)
        new = not os.path.exists(path)
        with open(path, "a", newline="", encoding="utf-8") as f:
            writer = csv.writer(f)
            if new:
                writer.writerow(row.keys())
            writer.writerow([f"{v:.6g}" if isinstance(v, float) else v for v in row.values()])


def load_trained(model: SidaModel, state: Dict[str, torch.Tensor]) -> None:
    parameters = dict(model.named_parameters())
    with torch.no_grad():
        for name, tensor in state.items():
            parameters[name].copy_(tensor)
