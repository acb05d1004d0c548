"""The vision parts of a finished package, so that training goes on where the published model stands: on a machine that has nothing but the
repository, and on other photographs. Needs Debian's `python3-onnx`."""
import os
from typing import Dict

import numpy as np
import torch
from torch import nn

from sida.clip import ClipTower
from sida.config import ClipConfig, SamConfig

from .localise import SAM_NAMES, PromptedSam
from .trunk import Trunk

VISUAL = "model.visual_model."


def weights(package: str, *files: str) -> Dict[str, np.ndarray]:
    """Name -> values of the weights in the package's graphs. FileNotFoundError: it has no such graph."""
    from onnx import load, numpy_helper                            # only who goes on from a package needs it
    paths = [os.path.join(package, file) for file in files]
    for path in paths:
        if not os.path.exists(path):
            raise FileNotFoundError(f"{path}: not there. --start takes the folder of a model package, as `sida import` writes it")
    return {t.name: numpy_helper.to_array(t).astype(np.float32) for path in paths for t in load(path).graph.initializer}


@torch.no_grad()
def fill(module: nn.Module, held: Dict[str, np.ndarray], prefix: str, unread: tuple = ()) -> None:
    """Copies what the package holds under the official names. ValueError: a package of another architecture."""
    for name, parameter in module.state_dict().items():
        if name.startswith(unread):
            continue
        found = held.get(prefix + name)
        if found is None or found.size != parameter.numel():
            raise ValueError(f"{prefix + name} is {'missing' if found is None else found.shape} in the package, this architecture wants {tuple(parameter.shape)}")
        parameter.copy_(torch.from_numpy(found).reshape(parameter.shape))


def tower_of(package: str, config: ClipConfig) -> ClipTower:
    """The tower as the package has it, in half precision; its given layers were rounded to that before anything was learnt behind them. Weights
    that nothing reads (after the layer whose output LLaVA takes) are at random."""
    tower = ClipTower(config)
    fill(tower, weights(package, "vision.onnx"), "", (f"vision_model.encoder.layers.{config.num_hidden_layers - 1}.", "vision_model.post_layernorm."))
    return tower


def trunk_of(tower: ClipTower) -> Trunk:
    """The learnt layers in their quick form (trunk.py)."""
    trunk = Trunk()
    trunk.out_of(tower)
    return trunk


@torch.no_grad()
def sam_of(package: str, config: SamConfig, clip: ClipConfig) -> PromptedSam:
    """SAM as the package has it, in its quick form. The prompt is nearly the one that every [SEG] gives: the bias of its last layer."""
    held = weights(package, "sam-encoder.onnx", "sam-decoder.onnx", "fuse.onnx")
    tower = ClipTower(clip)
    for number, layer in enumerate(tower.vision_model.encoder.layers[:config.depth]):
        block = f"{VISUAL}image_encoder.blocks.{number}."
        as_clip = {f"{clip_name}.{kind}": held[f"{block}{sam_name}.{kind}"] for clip_name, sam_name in SAM_NAMES.items() for kind in ("weight", "bias")}
        for i, name in enumerate("qkv"):                           # the importer keeps thirds of qkv under the range of their values
            for kind, size in (("weight", config.embed_dim ** 2), ("bias", config.embed_dim)):
                as_clip[f"self_attn.{name}_proj.{kind}"] = held[f"{block}attn.qkv.{kind}[{i * size}..{(i + 1) * size}]"]
        fill(layer, as_clip, "")
    sam = PromptedSam(config, trunk_of(tower))
    for module, name in ((sam.neck, "image_encoder.neck."), (sam.prompts, "prompt_encoder."), (sam.decoder, "mask_decoder.")):
        fill(module, held, VISUAL + name)
    sam.prompt.copy_(torch.from_numpy(held["model.text_hidden_fcs.0.2.bias"]))
    return sam
