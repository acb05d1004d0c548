"""The slow LlamaTokenizer's rules around sentencepiece: added tokens cut the text before sentencepiece sees it."""
import json
import os
import re
from typing import Dict, List, Optional

import sentencepiece

from .model import IMAGE_TOKEN

SPACE = "\u2581"                                       # sentencepiece's visible space
RESERVED = {"<unk>": 0, "<s>": 1, "</s>": 2}


class Tokenizer:
    def __init__(self, model_file: str, added: Dict[str, int], legacy: bool = True):
        self.pieces = sentencepiece.SentencePieceProcessor(model_file=model_file)
        self.model_file, self.legacy = model_file, legacy
        self.added = dict(added)
        self._index()

    @classmethod
    def from_folder(cls, folder: str) -> "Tokenizer":
        def read(name):
            path = os.path.join(folder, name)
            return json.load(open(path, encoding="utf-8")) if os.path.exists(path) else {}
        settings = read("tokenizer_config.json")
        return cls(os.path.join(folder, "tokenizer.model"), read("added_tokens.json"), settings.get("legacy", True))

    def save(self, folder: str, max_length: int = 1024) -> None:
        """Writes the files that the official tokenizer (and `sida import`) reads."""
        with open(self.model_file, "rb") as source:
            model = source.read()
        with open(os.path.join(folder, "tokenizer.model"), "wb") as target:
            target.write(model)

        def special(content):
            return {"content": content, "lstrip": False, "normalized": True, "rstrip": False, "single_word": False}
        files = {
            "added_tokens.json": self.added,
            "special_tokens_map.json": {"bos_token": special("<s>"), "eos_token": special("</s>"), "pad_token": "<unk>", "unk_token": special("<unk>")},
            "tokenizer_config.json": {
                "add_bos_token": True, "add_eos_token": False, "clean_up_tokenization_spaces": False, "legacy": self.legacy,
                "model_max_length": max_length, "padding_side": "right", "pad_token": None, "sp_model_kwargs": {}, "tokenizer_class": "LlamaTokenizer",
                **{f"{n}_token": {"__type": "AddedToken", **special(t)} for n, t in (("bos", "<s>"), ("eos", "</s>"), ("unk", "<unk>"))}},
        }
        for name, content in files.items():
            with open(os.path.join(folder, name), "w", encoding="utf-8") as f:
                json.dump(content, f, indent=2, sort_keys=True)
                f.write("\n")

    def __len__(self) -> int:
        return max([self.pieces.get_piece_size() - 1, *self.added.values()]) + 1

    def add(self, *tokens: str) -> int:
        """Adds those that are missing behind the present vocabulary; returns how many."""
        missing = [t for t in tokens if t not in self.added]
        for token in missing:
            self.added[token] = len(self)
        self._index()
        return len(missing)

    def id(self, token: str) -> Optional[int]:
        return self.added.get(token, RESERVED.get(token))

    def _index(self) -> None:
        names = sorted([*self.added, *RESERVED], key=len, reverse=True)            # longest match first
        self._split = re.compile("(" + "|".join(map(re.escape, names)) + ")")
        self._name = {i: t for t, i in self.added.items()}

    def encode(self, text: str, bos: bool = True) -> List[int]:
        if not self.legacy:
            text = SPACE + text.replace(SPACE, " ")
        parts = self._split.split(text)                                            # odd entries are added or reserved tokens
        for i in range(1, len(parts), 2):
            if parts[i] in self.added:                                             # white space around added tokens is dropped,
                parts[i - 1], parts[i + 1] = parts[i - 1].rstrip(), parts[i + 1].lstrip()      # around <s> </s> <unk> it stays
        ids = [RESERVED["<s>"]] if bos else []
        for i, part in enumerate(parts):
            if i % 2:
                ids.append(self.id(part))
            elif part:
                ids.extend(self._encode_piece(part))
        return ids

    def _encode_piece(self, text: str) -> List[int]:
        if self.legacy:
            return self.pieces.encode(text)
        first = text.startswith(SPACE)
        text = text[1:] if first else text
        found = self.pieces.encode(text, out_type=str)
        if not first and found and not text.startswith(" ") and found[0].startswith(SPACE):
            # 4.31's non-legacy mode looks the rest of the first piece up as a piece, and says <unk> when there is none.
            found = ([found[0][1:]] if len(found[0]) > 1 else []) + found[1:]
        return [self.pieces.piece_to_id(p) for p in found]

    def encode_with_image(self, text: str) -> List[int]:
        """Splits at <image>; each part is tokenised by itself, their BOS kept only once, one IMAGE_TOKEN between."""
        parts = [self.encode(part) for part in text.split("<image>")]
        ids = parts[0]
        for part in parts[1:]:
            ids = ids + [IMAGE_TOKEN] + part[1:]
        return ids

    def decode(self, ids: List[int]) -> str:
        """Runs of ordinary tokens through sentencepiece, added tokens between, all joined by one space."""
        texts: List[str] = []
        run: List[int] = []
        for i in [*ids, None]:
            if i is not None and i not in self._name:
                run.append(i)
                continue
            if run:
                texts.append(self._decode_run(run))
                run = []
            if i is not None:
                texts.append(self._name[i])
        return " ".join(texts)

    def _decode_run(self, ids: List[int]) -> str:
        names = {i: t for t, i in RESERVED.items()}
        text, pending, after_special = "", [], False
        for position, i in enumerate(ids):
            if i in names:
                if not after_special and position != 0:
                    text += " "
                text += self.pieces.decode(pending) + names[i]
                pending, after_special = [], True
            else:
                pending.append(i)
                after_special = False
        return text + self.pieces.decode(pending)
