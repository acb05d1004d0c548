"""A reader and writer of .safetensors files: 8 bytes of header length, a JSON header, then the raw tensors."""
import json
import os
import struct
from typing import Dict

import numpy as np
import torch

DTYPES = {"F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16,
          "I64": torch.int64, "I32": torch.int32, "I16": torch.int16, "I8": torch.int8, "U8": torch.uint8, "BOOL": torch.bool}
NAMES = {v: k for k, v in DTYPES.items()}


def read(path: str) -> Dict[str, torch.Tensor]:
    size = os.path.getsize(path)
    with open(path, "rb") as f:
        (header_size,) = struct.unpack("<Q", f.read(8))
        if header_size > size - 8:
            raise ValueError(f"{path}: its header claims {header_size} bytes, the file has {size}")
        header = json.loads(f.read(header_size))
    data = np.memmap(path, np.uint8, "r", offset=8 + header_size)
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        dtype, shape = DTYPES[entry["dtype"]], entry["shape"]
        if not 0 <= begin <= end <= len(data) or end - begin != int(np.prod(shape)) * torch.empty(0, dtype=dtype).element_size():
            raise ValueError(f"{path}: the extent of {name} doesn't fit its shape {shape} or the file")
        tensors[name] = torch.frombuffer(bytearray(data[begin:end]), dtype=dtype).view(shape) if end > begin else torch.empty(shape, dtype=dtype)
    return tensors


def write(path: str, tensors: Dict[str, torch.Tensor]) -> None:
    header, position, blobs = {"__metadata__": {"format": "pt"}}, 0, []
    for name, tensor in tensors.items():
        blob = tensor.detach().cpu().contiguous().view(-1).view(torch.uint8).numpy().tobytes()
        header[name] = {"dtype": NAMES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [position, position + len(blob)]}
        position += len(blob)
        blobs.append(blob)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text)
        for blob in blobs:
            f.write(blob)
