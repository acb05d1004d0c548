"""A sample's conversation as token ids, with the labels of the text loss."""
from dataclasses import dataclass
from typing import List, Optional, Sequence

import numpy as np

from sida import prompts
from sida.tokenizer import Tokenizer

ANSWERS = ("[CLS] The image is real", "[CLS] The image is full synthetic", "[CLS] The image is tampered [SEG]")


@dataclass
class Turn:
    ids: List[int]                     # prompt + answer + </s>, IMAGE_TOKEN where the picture goes
    prompt_length: int                 # ids before the answer
    explains: bool


def answer_text(label: int, description: Optional[str]) -> str:
    return ANSWERS[label] if description is None else f"{ANSWERS[label]} {description} [END]"


def build(tokenizer: Tokenizer, user: str, answer: str, conversation: str, max_length: int, eos: int, explains: bool) -> Turn:
    """Too long answers are cut on the right, as officially, but keep </s> out then: a cut answer must not teach to stop there."""
    prompt = tokenizer.encode_with_image(prompts.build_prompt(user, conversation))
    ids = prompt + tokenizer.encode(answer, bos=False) + [eos]
    return Turn(ids[:max_length], len(prompt), explains)


# What people ask besides the official questions; the demonstration model learns to answer these too.
MORE_DETECT = (
    "Is this image real?", "Is this picture real or fake?", "Is this photo authentic?", "Has this image been manipulated?", "Detect.",
    "Is this AI generated?", "Check this image.", "Where was this image edited?", "Is this photo tampered with? Show me where.")
MORE_EXPLAIN = (
    "Is this image real? Explain why.", "Is this picture fake and why do you think so?", "Explain.", "What is wrong with this image?",
    "Why do you think this image is real or fake?", "Describe the signs of tampering.", "Has this image been manipulated? Give reasons.")


def questions(explain: bool, varied: bool) -> Sequence[str]:
    if explain:
        return (prompts.EXPLAIN, prompts.EXPLAIN, prompts.CHAT_EXPLAIN, *MORE_EXPLAIN) if varied else (prompts.EXPLAIN,)
    return (prompts.DETECT, prompts.DETECT, prompts.CHAT_DETECT, *MORE_DETECT) if varied else (prompts.DETECT,)


def choose(rng: np.random.Generator, label: int, description: Optional[str], explain_share: float, varied: bool):
    """-> (user text, answer, explains): the description is asked for with probability `explain_share`, when there is one."""
    explain = description is not None and rng.random() < explain_share
    options = questions(explain, varied)
    return options[rng.integers(len(options))], answer_text(label, description if explain else None), explain
