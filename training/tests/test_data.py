"""The readers of the official layout, batches and conversations."""
import json
import os

import cv2
import numpy as np
import pytest

import tiny
from fit import conversation, examples
from fit.augment import PAPER, augment, perturb
from fit.data import batch_stream, class_pure_batches, read_set
from sida import prompts
from sida.model import IMAGE_TOKEN


@pytest.fixture()
def folder(tmp_path):
    return tiny.write_data(str(tmp_path / "set"), per_class=5)


def test_reader(folder):
    samples = read_set(folder, "train")
    assert [s.label for s in samples] == [0] * 5 + [1] * 5 + [2] * 5
    assert samples[10].mask.endswith("t0_mask.png") and samples[0].mask is None
    assert samples[3].description == "Type: real"


def test_reader_reports_what_it_leaves_out(folder, tmp_path):
    os.remove(os.path.join(folder, "train", "masks", "t0_mask.png"))
    messages = []
    assert len(read_set(folder, "train", messages.append)) == 14 and "1 pictures have no mask" in messages[0]
    with pytest.raises(FileNotFoundError, match="real is missing"):
        read_set(str(tmp_path), "train")


def test_same_file_name_in_two_classes_keeps_two_descriptions(folder):
    for name, text in (("full_synthetic", "one"), ("tampered", "two")):
        cv2.imwrite(os.path.join(folder, "train", name, "x.png"), np.zeros((9, 9, 3), np.uint8))
        with open(os.path.join(folder, "train", "description", name + "_GT.json"), "w", encoding="utf-8") as f:
            json.dump({"x.png": text}, f)
    cv2.imwrite(os.path.join(folder, "train", "masks", "x_mask.png"), np.full((9, 9), 255, np.uint8))
    assert {s.label: s.description for s in read_set(folder, "train") if s.path.endswith("x.png")} == {1: "one", 2: "two"}


def test_batches_are_class_pure_full_and_seeded(folder):
    samples = read_set(folder, "train")
    batches = class_pure_batches(samples, 2, seed=3, epoch=0)
    assert len(batches) == 6 and all(len({samples[i].label for i in b}) == 1 and len(b) == 2 for b in batches)
    assert batches == class_pure_batches(samples, 2, 3, 0) != class_pure_batches(samples, 2, 3, 1)
    assert len({i for b in batches for i in b}) == 12


def test_processes_share_an_epoch_without_overlap(folder):
    samples = read_set(folder, "train")
    streams = [batch_stream(samples, 1, 0, 0, rank, 3) for rank in range(3)]
    seen = [i for s in streams for _ in range(5) for i in next(s)[2]]
    assert sorted(seen) == list(range(15))
    late, early = batch_stream(samples, 1, 0, 7), batch_stream(samples, 1, 0, 0)
    assert next(late) == [next(early) for _ in range(8)][7]


def test_conversation_has_the_official_text():
    t = tiny.tokenizer()
    turn = conversation.build(t, prompts.EXPLAIN, conversation.answer_text(2, "Type: x"), "llava_v1", 512, 2, True)
    assert turn.ids.count(IMAGE_TOKEN) == 1 and turn.ids[-1] == 2
    assert t.decode(turn.ids[turn.prompt_length:-1]) == "[CLS] The image is tampered [SEG] Type: x [END]"
    cut = conversation.build(t, prompts.EXPLAIN, conversation.answer_text(2, "Type: x"), "llava_v1", len(turn.ids) - 1, 2, True)
    assert cut.ids == turn.ids[:-1]


def test_masks_of_0_and_1_are_scaled_and_foreign_sizes_refused(tmp_path):
    path = str(tmp_path / "m.png")
    cv2.imwrite(path, np.eye(4, dtype=np.uint8))
    assert examples.read_mask(path, (4, 4)).max() == 255
    with pytest.raises(ValueError, match=r"\(4, 4\), but the picture is \(4, 5\)"):
        examples.read_mask(path, (4, 5))


def test_augmentation_keeps_picture_and_mask_together():
    for seed in range(30):
        rng = np.random.default_rng(seed)
        image = np.full((60, 80, 3), 40, np.uint8)
        image[20:40, 30:50] = 220
        mask = (image[..., 0] > 100).astype(np.uint8) * 255
        a, m = augment(image, mask, rng, crop=True)
        assert a.shape[:2] == m.shape
        agree = (a[..., 0] > 130) == (m > 127)
        assert agree.mean() > 0.97
    for kind, strength in PAPER:
        assert perturb(image, kind, strength, np.random.default_rng(0)).dtype == np.uint8
