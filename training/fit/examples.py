"""From samples to tensors, in background threads. What a sample becomes depends on (seed, micro-batch, place in it) only."""
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Callable, Iterator, List, Optional, Tuple

import cv2
import numpy as np
from PIL import Image
import torch

from sida import images
from sida.config import SidaConfig
from sida.tokenizer import Tokenizer

from . import conversation
from .augment import augment
from .data import Sample


@dataclass
class Example:
    label: int
    turn: conversation.Turn
    clip: torch.Tensor                 # (3, S, S)
    sam: Optional[torch.Tensor]        # (3, S, S); only tampered pictures go through SAM
    mask: Optional[torch.Tensor]       # (h, w) 0..1 at SAM's resized size
    true_mask: Optional[np.ndarray]    # (h, w) bool at the picture's own size
    resized: Optional[Tuple[int, int]]


@dataclass
class Options:
    conversation: str = "llava_v1"
    max_length: int = 512              # token ids, the image counted as one
    explain_share: float = 0.0         # how often the description is asked for
    varied_questions: bool = False
    augment: bool = True
    crop: bool = True


def read_mask(path: str, shape: Tuple[int, int]) -> np.ndarray:
    """(h, w) uint8 0..255. A mask of 0/1 instead of 0/255 is scaled up: officially it would train as nearly empty."""
    mask = cv2.imread(path, cv2.IMREAD_GRAYSCALE)
    if mask is None or mask.shape != tuple(shape):
        raise ValueError(f"{path}: {'not readable' if mask is None else f'{mask.shape}, but the picture is {tuple(shape)}'}")
    return mask * 255 if 0 < mask.max() <= 1 else mask


def load(sample: Sample, tokenizer: Tokenizer, config: SidaConfig, options: Options, rng: np.random.Generator) -> Example:
    image = images.read_rgb(sample.path)
    mask = read_mask(sample.mask, image.shape[:2]) if sample.mask else None
    if options.augment:
        image, mask = augment(image, mask, rng, options.crop)
    user, answer, explains = conversation.choose(rng, sample.label, sample.description, options.explain_share, options.varied_questions)
    turn = conversation.build(tokenizer, user, answer, options.conversation, options.max_length, config.eos_token_id, explains)
    example = Example(sample.label, turn, images.clip_pixels(image, config.clip), None, None, None, None)
    if mask is not None:
        example.sam, example.resized = images.sam_pixels(image, config.sam)
        h, w = example.resized
        example.mask = torch.from_numpy(np.asarray(Image.fromarray(mask).resize((w, h), Image.BILINEAR), np.float32) / 255)
        example.true_mask = mask > 127
    return example


def prefetch(batches: Iterator, make: Callable, workers: int, ahead: int = 3) -> Iterator[Tuple[tuple, List[Example]]]:
    """Yields (batch, examples) in order, computed by threads a few batches ahead. `make(batch, place)` -> Example."""
    with ThreadPoolExecutor(max(workers, 1)) as pool:
        queue: deque = deque()

        def push():
            batch = next(batches, None)
            if batch is not None:
                queue.append((batch, [pool.submit(make, batch, place) for place in range(len(batch[2]))]))
        for _ in range(ahead):
            push()
        while queue:
            batch, futures = queue.popleft()
            push()
            yield batch, [f.result() for f in futures]
