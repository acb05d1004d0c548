"""Trains the small generative networks on crops of the TRAINING photographs: reconstruction plus a patch critic."""
import os
import sys
import time

import cv2
import numpy as np
import torch
import torch.nn.functional as F

from . import shapes
from .networks import Critic, build
from .photos import read_photo

CROP = 64


def crops(rng: np.random.Generator, paths, count: int) -> torch.Tensor:
    """(count, 3, CROP, CROP) in -1..1, at random scales."""
    out = []
    for _ in range(count):
        photo = read_photo(paths[rng.integers(len(paths))])
        h, w = photo.shape[:2]
        side = int(min(h, w, CROP * np.exp(rng.uniform(0, 1.6))))
        y, x = rng.integers(h - side + 1), rng.integers(w - side + 1)
        piece = cv2.resize(photo[y:y + side, x:x + side], (CROP, CROP), interpolation=cv2.INTER_AREA)
        out.append(piece[:, ::-1] if rng.random() < 0.5 else piece)
    return torch.from_numpy(np.stack(out).astype(np.float32)).permute(0, 3, 1, 2) / 127.5 - 1


def generate(name: str, network, real: torch.Tensor, rng: np.random.Generator):
    """What the network makes of a batch, and where it counts (None: everywhere)."""
    if name == "cascade":
        return network(F.interpolate(real, scale_factor=0.25, mode="area")), None
    if name == "refill":
        holes = torch.from_numpy(np.stack([shapes.random_region(rng, CROP, CROP) for _ in real]).astype(np.float32))[:, None].to(real.device)
        return network(real, holes), holes
    return network(real), None


def gradients(x: torch.Tensor):
    return x[..., 1:, :] - x[..., :-1, :], x[..., 1:] - x[..., :-1]


def train(name: str, paths, folder: str, steps: int, seed: int, batch: int = 8, device: str = "cpu") -> None:
    path = os.path.join(folder, f"{name}.pt")
    if os.path.exists(path):
        return
    torch.manual_seed(seed)
    rng = np.random.default_rng([seed, len(name), ord(name[0])])
    network, critic = build(name).to(device), Critic().to(device)
    optimiser = torch.optim.Adam(network.parameters(), 1e-3, betas=(0.5, 0.95))
    critic_optimiser = torch.optim.Adam(critic.parameters(), 5e-4, betas=(0.5, 0.95))
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 2e-3, total_steps=steps)
    start, shown = time.time(), 0.0
    for step in range(steps):
        real = crops(rng, paths, batch).to(device)
        fake, holes = generate(name, network, real, rng)
        adversarial = 0.0
        if step > steps // 3:                                      # first learn to reconstruct, then to look sharp
            critic_loss = F.relu(1 - critic(real)).mean() + F.relu(1 + critic(fake.detach())).mean()
            critic_optimiser.zero_grad()
            critic_loss.backward()
            critic_optimiser.step()
            adversarial = -critic(fake).mean()
        weight = 1.0 if holes is None else holes / holes.mean().clamp(min=0.02)
        loss = ((fake - real).abs() * weight).mean()
        loss = loss + 0.5 * sum((a - b).abs().mean() for a, b in zip(gradients(fake), gradients(real)))
        loss = loss + (0.06 if name == "cascade" else 0.03) * adversarial
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        if time.time() - shown > 10:
            shown = time.time()
            left = (shown - start) / (step + 1) * (steps - step - 1)
            print(f"network {name}: {step + 1}/{steps}, loss {loss.item():.3f}, {left / 60:.1f} min left", file=sys.stderr)
    os.makedirs(folder, exist_ok=True)
    torch.save(network.cpu().state_dict(), path + ".partial")
    os.replace(path + ".partial", path)
