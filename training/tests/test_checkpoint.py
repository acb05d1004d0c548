"""Folders: what is saved is what was there, in both weight formats; damaged or foreign folders are refused by name."""
import filecmp
import json
import os

import pytest
import torch

from conftest import fixture_path
from sida import checkpoint
from sida.config import LoraConfig
from sida.lora import add_lora, merge_lora


@pytest.fixture(scope="module")
def tiny():
    return checkpoint.load(fixture_path("sida-tiny"), fixture_path("clip-tiny"))


@pytest.mark.parametrize("safe", [False, True])
def test_saved_folder_loads_to_the_same_tensors(tmp_path, tiny, safe):
    model, tokenizer = tiny
    folder, tower = str(tmp_path / "model"), str(tmp_path / "clip")
    checkpoint.save(model, tokenizer, folder, tower, torch.float32, shard_bytes=1 << 20, safe=safe)
    assert len(checkpoint.weight_files(folder)) > 1
    again, tokenizer_again = checkpoint.load(folder, tower)
    assert again.settings == model.settings and tokenizer_again.added == tokenizer.added
    first, second = model.state_dict(), again.state_dict()
    assert first.keys() == second.keys() and all(torch.equal(first[n], second[n]) for n in first)
    assert filecmp.cmp(os.path.join(folder, "tokenizer.model"), fixture_path("sida-tiny", "tokenizer.model"), shallow=False)


def test_saved_config_has_the_official_values(tmp_path, tiny):
    folder = str(tmp_path / "model")
    checkpoint.save(*tiny, folder, str(tmp_path / "clip"))
    with open(fixture_path("sida-tiny", "config.json"), encoding="utf-8") as f:
        official = json.load(f)
    ours = checkpoint.read_json(folder, "config.json")
    assert {k: v for k, v in ours.items() if k in official and official[k] != v} == {}


def test_missing_and_misshapen_tensors_are_named(tiny):
    model = tiny[0]
    state = {n: t for n, t in model.state_dict().items() if not n.startswith("vision_tower.")}
    del state["model.sida_fc1.weight"]
    state["lm_head.weight"] = state["lm_head.weight"][:-1]
    state["extra"] = torch.zeros(1)
    with pytest.raises(ValueError, match=r"missing: model.sida_fc1.weight; unexpected: extra; lm_head.weight is \(1004, 64\), should be \(1005, 64\)"):
        checkpoint.load_exactly(model, state, "folder", but_not="vision_tower.")


def test_merging_lora_keeps_the_function():
    model, _ = checkpoint.load(fixture_path("sida-tiny"), fixture_path("clip-tiny"))
    config = LoraConfig(rank=4, alpha=8, dropout=0.0)
    assert add_lora(model.model.layers, config) == 2 * model.settings.llama.num_hidden_layers
    x = torch.randn(1, 7, model.settings.llama.hidden_size)
    with torch.no_grad():
        before = model.model(x)
        for name, parameter in model.named_parameters():
            if name.endswith("lora_B"):
                parameter.normal_(std=0.1)
        adapted = model.model(x)
        assert merge_lora(model) == 2 * model.settings.llama.num_hidden_layers
        merged = model.model(x)
    assert not torch.allclose(before, adapted, atol=1e-2)
    assert torch.allclose(adapted, merged, atol=1e-4)
    assert not any("lora" in n for n in model.state_dict())
