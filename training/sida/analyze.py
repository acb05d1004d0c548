"""One analysis with the official semantics: greedy answer, class at [CLS], masks at [SEG]."""
import time
from dataclasses import dataclass, field
from typing import Dict, List, Optional

import numpy as np
import torch

from . import images, prompts
from .model import IMAGE_TOKEN, SidaModel
from .tokenizer import Tokenizer


@dataclass
class Analysis:
    prompt_ids: List[int]
    answer_ids: List[int]                          # ends with </s> if that was emitted
    official_text: str                             # what the official program prints after `text_output:`
    verdict: Optional[int] = None                  # 0 real, 1 full synthetic, 2 tampered; from the LAST [CLS]
    class_logits: Optional[torch.Tensor] = None    # (number of [CLS], 3)
    prompt_embeddings: Optional[torch.Tensor] = None   # (n, P), fused
    low_res_logits: Optional[torch.Tensor] = None  # (n, 4g, 4g)
    mask_logits: Optional[torch.Tensor] = None     # (n, height, width) at the picture's own size
    hidden: Optional[torch.Tensor] = None          # (L, H) after the final norm
    milliseconds: Dict[str, float] = field(default_factory=dict)


class Stopwatch:
    def __init__(self):
        self.laps: Dict[str, float] = {}
        self.last = time.perf_counter()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.laps[name] = self.laps.get(name, 0.0) + 1000 * (now - self.last)
        self.last = now


@torch.no_grad()
def analyze(model: SidaModel, tokenizer: Tokenizer, image, user: str, conversation: str = "llava_v1", description: Optional[bool] = None,
            max_new_tokens: int = 512, answer: Optional[str] = None) -> Analysis:
    """image: a path or (h, w, 3) uint8 RGB. With `answer` that text (and </s>) is scored instead of generating."""
    description = model.settings.family == "sida-description" if description is None else description
    device, dtype, watch = model.lm_head.weight.device, model.dtype, Stopwatch()
    rgb = images.read_rgb(image) if isinstance(image, str) else image
    watch.lap("decode")

    features = model.image_features(images.clip_pixels(rgb, model.settings.clip)[None].to(device, dtype))[0]   # (N, H)
    watch.lap("clip")
    ids = tokenizer.encode_with_image(prompts.build_prompt(user, conversation))
    forced = None if answer is None else tokenizer.encode(answer, bos=False) + [model.settings.eos_token_id]
    embedded = model.embed(torch.tensor(ids, device=device), features)                         # (L, H)
    cache = model.new_cache(len(embedded) + (len(forced) if forced else max_new_tokens))
    states = [model.model(embedded[None], cache)[0]]                                           # (L, H)
    watch.lap("prefill")

    # When the answer opens with [CLS], the state that predicts it is prefill's last one: the verdict is known here.
    model.class_logits(states[0][-1:])
    watch.lap("verdict")
    generated: List[int] = []
    if forced is not None:
        generated = forced
        states.append(model.model(model.model.embed_tokens(torch.tensor([forced[:-1]], device=device)), cache)[0])
    while forced is None and len(generated) < max_new_tokens:
        token = int(model.lm_head(states[-1][-1]).argmax())
        generated.append(token)
        if token == model.settings.eos_token_id or len(generated) == max_new_tokens:
            break                                                                              # the last token is never fed back
        states.append(model.model(model.model.embed_tokens(torch.tensor([[token]], device=device)), cache)[0])
    hidden = torch.cat(states)                                                                 # (L + answer - 1, H)
    watch.lap("decode_tokens")

    sequence = ids + generated
    result = Analysis(ids, generated, "", hidden=hidden)
    extra = len(features) - 1                                                                  # positions the image adds

    def predicting(token: str) -> List[int]:
        """Hidden positions whose next token is `token`, in the prompt too."""
        wanted = tokenizer.id(token)
        return [extra + t - 1 for t, i in enumerate(sequence) if t >= 1 and i == wanted]

    returned, cls_positions = sequence, predicting("[CLS]")
    if cls_positions:
        result.class_logits = model.class_logits(hidden[cls_positions])
        result.verdict = int(result.class_logits[-1].argmax())
        if not description:
            returned = tokenizer.encode(prompts.CANNED[result.verdict])                        # replaces the generated text
    result.official_text = prompts.clean_answer(tokenizer.decode([i for i in returned if i != IMAGE_TOKEN]), description)
    watch.lap("text")
    if result.verdict == 2:
        result.prompt_embeddings = model.prompt_embeddings(result.class_logits[0], hidden[predicting("[SEG]")])
        pixels, resized = images.sam_pixels(rgb, model.settings.sam)
        watch.lap("sam_preprocess")
        embedding = model.image_embedding(pixels[None].to(device, dtype))
        watch.lap("sam_encoder")
        if len(result.prompt_embeddings):
            result.low_res_logits = model.low_res_masks(embedding, result.prompt_embeddings)
            result.mask_logits = model.full_masks(result.low_res_logits, resized, rgb.shape[:2])
        watch.lap("mask_decoder")
    result.milliseconds = watch.laps
    return result


def overlay(rgb: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """The official picture: half red where the mask is, truncated to uint8."""
    painted = rgb.copy()
    painted[mask] = (rgb[mask] * 0.5 + np.array([255, 0, 0]) * 0.5).astype(np.uint8)
    return painted
