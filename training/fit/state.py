"""Checkpoints of a run: tensors plus JSON, so that reading one never executes anything (PyTorch 1.13's safe loader knows no floats)."""
import json
import os
from typing import Any, List

import torch


def write(path: str, content: Any) -> None:
    tensors: List[torch.Tensor] = []

    def pack(value):
        if isinstance(value, torch.Tensor):
            tensors.append(value)
            return {"tensor": len(tensors) - 1}
        if isinstance(value, dict):
            return {"dict": [[k, pack(v)] for k, v in value.items()]}      # pairs: keys may be numbers
        if isinstance(value, (list, tuple)):
            return {"list": [pack(v) for v in value]}
        return value
    torch.save({"json": json.dumps(pack(content)), "tensors": tensors}, path + ".partial")
    os.replace(path + ".partial", path)


def read(path: str) -> Any:
    stored = torch.load(path, map_location="cpu", weights_only=True)

    def unpack(value):
        if not isinstance(value, dict):
            return value
        if "tensor" in value:
            return stored["tensors"][value["tensor"]]
        if "list" in value:
            return [unpack(v) for v in value["list"]]
        return {k: unpack(v) for k, v in value["dict"]}
    return unpack(json.loads(stored["json"]))
