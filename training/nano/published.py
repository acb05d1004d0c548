"""The tower of a finished package, so that training goes on where the published model stands: on a machine that has nothing but the
repository, and on other photographs. Needs Debian's `python3-onnx`."""
import os

import torch

from sida.clip import ClipTower
from sida.config import ClipConfig

from .trunk import Trunk

FILE = "vision.onnx"


@torch.no_grad()
def tower_of(package: str, config: ClipConfig) -> ClipTower:
    """The tower as the package has it, in half precision; its given layers were rounded to that before anything was learnt behind them. Weights
    that nothing reads (after the layer whose output LLaVA takes) are at random. ValueError: a package of another architecture."""
    from onnx import load, numpy_helper                            # only who goes on from a package needs it
    path = os.path.join(package, FILE)
    if not os.path.exists(path):
        raise FileNotFoundError(f"{path}: not there. --start takes the folder of a model package, as `sida import` writes it")
    held = {t.name: numpy_helper.to_array(t) for t in load(path).graph.initializer}
    tower = ClipTower(config)
    unread = f"vision_model.encoder.layers.{config.num_hidden_layers - 1}.", "vision_model.post_layernorm."
    for name, parameter in tower.state_dict().items():
        if name.startswith(unread):
            continue
        if name not in held or held[name].size != parameter.numel():
            raise ValueError(f"{path}: {name} is {held[name].shape if name in held else 'missing'}, this architecture wants {tuple(parameter.shape)}")
        parameter.copy_(torch.from_numpy(held[name].copy()).reshape(parameter.shape))
    return tower


@torch.no_grad()
def trunk_of(tower: ClipTower) -> Trunk:
    """The learnt layers in their quick form (trunk.py)."""
    trunk = Trunk()
    trunk.out_of(tower)
    return trunk
