"""A whole SIDA of a few hundred thousand weights, and a data set of six pictures, for tests that train."""
import json
import os

import cv2
import numpy as np
import torch

from conftest import fixture_path
from sida.config import ClipConfig, LlamaConfig, SamConfig, SidaConfig
from sida.model import SidaModel
from sida.tokenizer import Tokenizer

TOKENS = ("[CLS]", "[SEG]", "<im_start>", "<im_end>", "[END]")
CLASSES = ("real", "full_synthetic", "tampered")


def tokenizer() -> Tokenizer:
    result = Tokenizer(fixture_path("sida-tiny", "tokenizer.model"), {})
    result.add(*TOKENS)
    return result


def config() -> SidaConfig:
    return SidaConfig(
        LlamaConfig(1005, 48, 96, 2, 4, 2), ClipConfig(56, 14, 48, 96, 3, 4, resize_shortest=56),
        SamConfig(image_size=128, embed_dim=48, depth=2, num_heads=4, mlp_dim=96, global_blocks=(1,), window_size=4, out_chans=32, decoder_mlp_dim=64))


def model(seed: int = 0) -> SidaModel:
    torch.manual_seed(seed)
    result = SidaModel(config())
    with torch.no_grad():
        for part in (result.model.embed_tokens, result.lm_head, result.vision_tower.vision_model.embeddings.position_embedding):
            part.weight.normal_(std=0.02)
    return result


def write_data(folder: str, per_class: int = 2, side: int = 96) -> str:
    """Stripes are real, dots are synthetic, stripes with a bright disc are tampered; every split holds the same pictures."""
    rng = np.random.default_rng(0)
    for split in ("train", "validation"):
        for name in (*CLASSES, "masks", "description"):
            os.makedirs(os.path.join(folder, split, name), exist_ok=True)
    y, x = np.mgrid[0:side, 0:side]
    for label, name in enumerate(CLASSES):
        descriptions = {}
        for i in range(per_class):
            image = 128 + 60 * np.sin(x / (4 + 2 * i) + y / 9 * i) if label != 1 else 255.0 * (((x // 8) + (y // 8)) % 2) * (0.5 + 0.4 * i)
            image = np.repeat(image[..., None], 3, 2) + rng.normal(0, 3, (side, side, 3))
            disc = (x - 30 - 30 * i) ** 2 + (y - 40) ** 2 < 22 ** 2
            if label == 2:
                image[disc] = (30, 200, 230)
            file = f"{name[0]}{i}.{'jpg' if label == 0 else 'png'}"
            descriptions[file] = f"Type: {name}"
            for split in ("train", "validation"):
                cv2.imwrite(os.path.join(folder, split, name, file), np.clip(image, 0, 255).astype(np.uint8))
                if label == 2:
                    cv2.imwrite(os.path.join(folder, split, "masks", f"{name[0]}{i}_mask.png"), disc.astype(np.uint8) * 255)
        for split in ("train", "validation"):
            with open(os.path.join(folder, split, "description", f"{name}_GT.json"), "w", encoding="utf-8") as f:
                json.dump(descriptions, f)
    return folder


def noisy(strength: float, seed: int = 0) -> np.ndarray:
    """(256, 256, 3): grey with grain."""
    grain = np.random.default_rng(seed).standard_normal((256, 256, 1)) * strength
    return np.clip(np.round(128 + grain + np.zeros((1, 1, 3))), 0, 255).astype(np.uint8)
