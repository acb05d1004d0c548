"""A small sentencepiece vocabulary, trained on the questions and answers that the demonstration model has to read and write."""
import io
import os
from typing import Iterable

import sentencepiece

from fit import conversation
from sida import prompts
from sida.tokenizer import Tokenizer

TOKENS = ("[CLS]", "[SEG]", "<im_start>", "<im_end>", "[END]")


def corpus(descriptions: Iterable[str]) -> Iterable[str]:
    """The answers weigh more than the questions; added tokens never reach sentencepiece, so they are taken out."""
    texts = [prompts.TEMPLATES[t].replace("{user}", q) for t in prompts.TEMPLATES for e in (False, True) for q in conversation.questions(e, varied=True)]
    texts += [conversation.answer_text(label, d) for d in descriptions for label in range(3)] + list(prompts.CANNED) * 20
    yield " ".join(chr(c) for c in range(33, 127))                  # every printable ASCII character gets a piece
    for text in texts:
        for token in (*TOKENS, "<image>"):
            text = text.replace(token, "\n")
        yield from (part.strip() for part in text.split("\n") if part.strip())


def train(folder: str, descriptions: Iterable[str], size: int) -> Tokenizer:
    """LLaMA's own settings (BPE, byte fallback, digits split, no normalisation); writes tokenizer.model into the folder."""
    model, path = io.BytesIO(), os.path.join(folder, "tokenizer.model")
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(corpus(descriptions)), model_writer=model, vocab_size=size, model_type="bpe", byte_fallback=True,
        split_digits=True, normalization_rule_name="identity", remove_extra_whitespaces=False, allow_whitespace_only_pieces=True,
        character_coverage=1.0, unk_id=0, bos_id=1, eos_id=2, pad_id=-1, num_threads=1, minloglevel=2,
        max_sentence_length=8192, train_extremely_large_corpus=False)
    os.makedirs(folder, exist_ok=True)
    with open(path, "wb") as f:
        f.write(model.getvalue())
    tokenizer = Tokenizer(path, {})
    tokenizer.add(*TOKENS)
    return tokenizer
