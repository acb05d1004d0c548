"""The loop that the three parts share: Muon and AdamW, warm-up and cosine, resume, progress, a measure now and then."""
import os
from dataclasses import dataclass, replace
from typing import Callable, Dict, List

import numpy as np
import torch
from torch import nn

from fit import state
from fit.progress import Progress

from .muon import Muon

BRANCHES = 4                           # of `learn_further`


@dataclass
class Plan:
    steps: int
    batch: int
    lr: float = 1e-3
    weight_decay: float = 0.03
    warmup: int = 100
    seed: int = 1
    device: str = "cpu"
    bf16: bool = True
    save_every: int = 200
    check_every: int = 500

    def autocast(self):
        return torch.autocast(self.device.split(":")[0], dtype=torch.bfloat16, enabled=self.bf16)


def hidden(name: str, p: nn.Parameter) -> bool:
    """A matrix between hidden channels; what reads words or says logits, and vectors, are AdamW's."""
    return p.ndim == 2 and min(p.shape) >= 64 and not any(part in name for part in ("embed", "lm_head"))


def learn(name: str, parameters: Dict[str, nn.Parameter], slow: Callable[[str], float], plan: Plan, file: str,
          step: Callable[[np.random.Generator, float], Dict[str, torch.Tensor]], check: Callable[[], str]) -> None:
    """`step(rng, progress 0..1)` gives the losses to show and their sum as `loss`; `slow(name)` is a factor on the rate. What a step does
    depends on (seed, step) only. A file of another number of steps goes on with the new schedule."""
    groups: Dict[tuple, List[nn.Parameter]] = {}
    for key, p in parameters.items():
        groups.setdefault((hidden(key, p), slow(key), p.ndim > 1), []).append(p)

    def of(matrices: bool) -> list:
        return [{"params": ps, "weight_decay": plan.weight_decay if decay else 0.0, "scale": scale}
                for (is_hidden, scale, decay), ps in groups.items() if is_hidden == matrices]
    optimisers = [torch.optim.AdamW(of(False), plan.lr, betas=(0.9, 0.98)), *([Muon(of(True), plan.lr)] if of(True) else [])]
    done, smooth = 0, {}
    if os.path.exists(file):
        saved = state.read(file)
        with torch.no_grad():
            for key, p in parameters.items():
                p.copy_(saved["network"][key])
        done = saved["done"]
        if done < plan.steps:
            for optimiser, state_of in zip(optimisers, saved["optimisers"]):
                optimiser.load_state_dict(state_of)
    progress = Progress(plan.steps, done)
    while done < plan.steps:
        share = done / plan.steps
        for group in (g for optimiser in optimisers for g in optimiser.param_groups):
            group["lr"] = plan.lr * group["scale"] * min(1.0, (done + 1) / plan.warmup) * 0.5 * (1 + np.cos(np.pi * share))
        with plan.autocast():
            losses = step(np.random.default_rng([plan.seed, len(name), done]), share)
        for p in parameters.values():
            p.grad = None
        losses["loss"].backward()
        norm = nn.utils.clip_grad_norm_(parameters.values(), 1.0)
        if torch.isfinite(norm):
            for optimiser in optimisers:
                optimiser.step()
        done += 1
        if done % 10 == 0 or done == plan.steps or plan.device == "cpu":           # reading a number waits for the GPU
            for k, v in losses.items():
                smooth[k] = 0.95 * smooth.get(k, float(v)) + 0.05 * float(v)
            progress.show(done, f"{name} " + " ".join(f"{k} {v:.3f}" for k, v in smooth.items()))
        if done % plan.save_every == 0 or done == plan.steps:
            state.write(file, {"network": {k: p.detach().cpu() for k, p in parameters.items()}, "optimisers": [o.state_dict() for o in optimisers], "done": done})
        if done % plan.check_every == 0 or done == plan.steps:
            print(f"{name} {done}: {check()}", flush=True)


def learn_further(name: str, parameters: Dict[str, nn.Parameter], slow: Callable[[str], float], plan: Plan, file: str,
                  step: Callable[[np.random.Generator, float], Dict[str, torch.Tensor]], check: Callable[[], str]) -> None:
    """For weights that know much already: BRANCHES times they learn anew from where they are, with other draws, in FILE.0, FILE.1, ... The mean of
    where that ends knows photographs never seen better than each of them (M. Wortsman et al. 2022, "Model soups", arXiv 2203.05482)."""
    begun, mean = ({key: p.detach().clone() for key, p in parameters.items()} for _ in range(2))
    for branch in range(BRANCHES):
        with torch.no_grad():
            for key, p in parameters.items():
                p.copy_(begun[key])
        learn(name, parameters, slow, replace(plan, seed=plan.seed + 1000 * branch), f"{file}.{branch}", step, check)
        for key, p in parameters.items():
            mean[key].lerp_(p.detach(), 1 / (branch + 1))
    with torch.no_grad():
        for key, p in parameters.items():
            p.copy_(mean[key])
    print(f"{name}, mean of the branches: {check()}", flush=True)
