"""The official system's recorded runs (made with the official code, see the fixtures' README) against this implementation."""
import hashlib
import json
import os

import numpy as np
import pytest

from conftest import all_cases, fixture_path
from sida import analyze, checkpoint, images, prompts
from sida.tokenizer import Tokenizer


@pytest.fixture(scope="module")
def tiny():
    model, tokenizer = checkpoint.load(fixture_path("sida-tiny"), fixture_path("clip-tiny"))
    embeddings, compute = {}, model.image_embedding

    def cached(pixels):                            # SAM's encoder is most of a case's time and sees only six pictures
        key = hashlib.sha256(pixels.numpy().tobytes()).digest()
        if key not in embeddings:
            embeddings[key] = compute(pixels)
        return embeddings[key]
    model.image_embedding = cached
    return model, tokenizer


def close(actual, folder, name, relative):
    path = os.path.join(folder, name + ".npy")
    if not os.path.exists(path):
        return
    golden, actual = np.load(path), actual.numpy()
    assert golden.shape == actual.shape, name
    if golden.size:
        assert np.abs(golden - actual).max() <= relative * np.abs(golden).max(), name


@pytest.mark.parametrize("name", all_cases())
def test_case(name, tiny):
    folder = os.path.dirname(fixture_path("cases", name, "case.json"))
    with open(os.path.join(folder, "case.json"), encoding="utf-8") as f:
        case = json.load(f)
    result = analyze.analyze(*tiny, fixture_path("images", case["image"]), case["user_prompt"], case["conv"], case["flow"] == "desc",
                             case["max_new_tokens"], case["teacher_response"])
    assert result.prompt_ids == case["input_ids"]
    assert result.answer_ids == case["generated_ids"]
    assert result.official_text == case["final_text"]
    assert result.verdict == case["predicted_class"]
    close(result.hidden, folder, "hidden_final", 1e-4)
    close(result.hidden[-24:], folder, "hidden_tail", 1e-4)
    if result.verdict is not None:
        assert np.abs(np.load(os.path.join(folder, "cls_logits_all.npy")) - result.class_logits.numpy()).max() <= 1e-3
    if result.verdict == 2:
        close(result.prompt_embeddings, folder, "fused_seg_emb", 1e-4)
    if result.low_res_logits is not None:
        close(result.low_res_logits, folder, "low_res_logits", 2e-3)
        close(result.low_res_logits[:, ::4, ::4], folder, "low_res_logits_stride4", 2e-3)
        stride = case["final_logits_stride"]
        close(result.mask_logits[:, ::stride, ::stride], folder, "final_logits_strided", 2e-3)
        fractions = (result.mask_logits > 0).float().mean((1, 2)).tolist()
        assert np.allclose(fractions, case["mask_positive_fraction"], atol=1e-3)


@pytest.mark.parametrize("mode", ["checkpoint_legacy", "with_END_added", "legacy_false"])
def test_tokenizer(mode):
    with open(fixture_path("tokenizer_gold", "tokenizer.json"), encoding="utf-8") as f:
        gold = json.load(f)[mode]
    with open(fixture_path("sida-tiny", "added_tokens.json"), encoding="utf-8") as f:
        tokenizer = Tokenizer(fixture_path("sida-tiny", "tokenizer.model"), json.load(f), gold["legacy"])
    assert len(tokenizer) == gold["len"]
    for item in gold["items"]:
        assert tokenizer.encode(item["text"]) == item["ids"], item["text"]
        assert tokenizer.decode(item["ids"]) == item["decoded"], item["text"]
    for item in gold["image_items"]:
        assert tokenizer.encode_with_image(item["text"]) == item["ids"], item["text"]
    for item in gold["decode_items"]:
        assert tokenizer.decode(item["ids"]) == item["decoded"], item["ids"]


def test_prompts_and_answers():
    with open(fixture_path("tokenizer_gold", "prompts.json"), encoding="utf-8") as f:
        for conversation, texts in json.load(f).items():
            assert prompts.build_prompt(prompts.CHAT_DETECT, conversation) == texts["P1"]
            assert prompts.build_prompt("", conversation) == texts["empty"]
    with open(fixture_path("tokenizer_gold", "postprocess.json"), encoding="utf-8") as f:
        for item in json.load(f):
            assert prompts.clean_answer(item["text"], description=False) == item["replaced"]
            assert prompts.clean_answer(item["text"], description=True) == item["final_desc"]


@pytest.mark.parametrize("stem", ["tall", "wide", "tiny", "figure1"])
def test_preprocessing(stem, tiny):
    folder = os.path.dirname(fixture_path("image_gold", stem, "gold.json"))
    with open(os.path.join(folder, "gold.json"), encoding="utf-8") as f:
        gold = json.load(f)
    rgb, config = images.read_rgb(fixture_path("images", stem + ".png")), tiny[0].settings
    assert hashlib.sha256(rgb.tobytes()).hexdigest() == gold["decoded_rgb_sha256"]
    pixels = images.clip_pixels(rgb, config.clip)
    assert pixels.abs().double().sum().item() == pytest.approx(gold["clip_pixels_stats"]["abs_sum"], rel=1e-6)
    padded, size = images.sam_pixels(rgb, config.sam)
    assert list(size) == gold["sam_resized_hw"]
    assert padded.abs().double().sum().item() == pytest.approx(gold["sam_input_stats"]["abs_sum"], rel=1e-6)
