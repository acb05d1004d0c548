"""The generator of the demonstration model's data, on pictures drawn by the generator itself."""
import json
import os

import cv2
import numpy as np
import pytest
import torch

from fit.data import read_set
from nano import card, describe, make_data, manipulations, pipeline, scenes, shapes
from nano.networks import GENERATORS, build
from nano.photos import read_photo, split_photos
from tiny import noisy


def test_split_is_by_photograph_and_by_content(photos, tmp_path):
    split = split_photos([photos], 1)
    assert [len(v) for v in split.values()] == [8, 2, 2] and len({p for v in split.values() for p in v}) == 12
    for i, path in enumerate(sorted(os.listdir(photos))):
        (tmp_path / f"renamed{i}.jpg").write_bytes(open(os.path.join(photos, path), "rb").read())
    other = split_photos([str(tmp_path)], 1)
    assert {open(p, "rb").read() for p in split["test"]} == {open(p, "rb").read() for p in other["test"]}
    (tmp_path / "further").mkdir()
    cv2.imwrite(str(tmp_path / "further" / "one.png"), np.full((64, 64, 3), 9, np.uint8))
    more = split_photos([photos, str(tmp_path / "further")], 1)
    assert more == {**split, "train": [*split["train"], str(tmp_path / "further" / "one.png")]}


@pytest.mark.parametrize("change", [scenes.turned, scenes.mixed, scenes.out_of_focus, scenes.another_tone, scenes.another_scene])
def test_another_scene_is_a_picture_of_the_same_size_without_empty_corners(change, photos):
    image, other = (np.maximum(read_photo(p), 16) for p in split_photos([photos], 1)["train"][:2])
    made = []
    for seed in range(6):
        arguments = (image, other[:200]) if change in (scenes.mixed, scenes.another_scene) else (image,)
        made.append(change(np.random.default_rng(seed), *arguments))
        assert made[-1].shape == image.shape and made[-1].dtype == np.uint8
        assert all(made[-1][y, x].any() for y in (0, -1) for x in (0, -1))
    assert any((m != image).mean() > 0.3 for m in made)


def test_networks_keep_the_size():
    for name in GENERATORS:
        network = build(name)
        x = torch.randn(1, 3, 32, 24)
        y = network(x, torch.zeros(1, 1, 32, 24)) if name == "refill" else network(x)
        assert y.shape == ((1, 3, 128, 96) if name == "cascade" else (1, 3, 32, 24))
    assert torch.equal(build("refill")(x, torch.zeros(1, 1, 32, 24)), x)      # no hole, no change


@pytest.mark.parametrize("kind", list(manipulations.KINDS))
def test_masks_are_exact(kind, photos, networks):
    paths = split_photos([photos], 1)["train"]
    for seed in range(3):
        rng = np.random.default_rng(seed)
        photo, donor = read_photo(paths[0]), read_photo(paths[1])
        result = manipulations.tamper(rng, photo, donor, networks.refill, kind)
        assert result.image.shape == photo.shape and result.image.dtype == np.uint8 and 0.005 <= result.mask.mean() <= 0.4
        changed = np.abs(photo.astype(int) - result.image).max(-1) > 2
        near = cv2.dilate(result.mask.astype(np.uint8), np.ones((45, 45), np.uint8)) > 0
        assert not (changed & ~near).any()                         # nothing changes away from the mask and its soft edge
        assert changed[result.mask].mean() > 0.15 and result.facts["edge"] in describe.EDGES


def test_what_nobody_can_see_is_no_tampering():
    before, mask = np.full((60, 80, 3), 90, np.uint8), np.zeros((60, 80), bool)
    mask[20:40, 20:50] = True
    assert not manipulations.visible(before, before + np.uint8(5), mask)
    assert not manipulations.visible(before, np.where(np.arange(80)[:, None] < 25, np.uint8(200), before), mask)         # a sixth of the region
    assert manipulations.visible(before, before + np.uint8(20), mask)


def test_shapes_have_the_wanted_area():
    for seed in range(20):
        for shape in shapes.SHAPES[:4]:
            mask = shape(np.random.default_rng(seed), 300, 400, 0.05)
            assert 0.02 < mask.mean() < 0.09, shape.__name__


def test_pictures_are_a_function_of_the_seed(photos, networks):
    paths = split_photos([photos], 1)["train"]
    for cls in make_data.CLASSES:
        first, facts = make_data.make(1, "train", cls, 3, paths, networks)
        again, _ = make_data.make(1, "train", cls, 3, paths, networks)
        other, _ = make_data.make(2, "train", cls, 3, paths, networks)
        scene, _ = make_data.make(1, "train", cls, 3, paths, networks, more_scenes=True)
        assert first.code == again.code and len({picture.code for picture in (first, other, scene)}) == 3
        assert np.array_equal(first.image, cv2.cvtColor(cv2.imdecode(np.frombuffer(first.code, np.uint8), 1), cv2.COLOR_BGR2RGB))
        assert (first.mask is not None) == (cls == "tampered") and 72 <= facts["quality"] < 99


def test_sharpness_is_reached():
    rng = np.random.default_rng(0)
    image = cv2.GaussianBlur(rng.integers(0, 255, (120, 160, 3)).astype(np.uint8), (0, 0), 1.0)
    for change in (-0.5, 0.5):
        target = pipeline.sharpness(image) + change
        assert abs(pipeline.sharpness(pipeline.with_sharpness(image, target)) - target) < 0.1


def test_descriptions_have_the_official_grammar_and_nothing_that_the_loader_splits_on():
    mask = np.zeros((90, 90), bool)
    mask[:20, 65:] = True
    image = np.full((90, 90, 3), (20, 40, 200), np.uint8)
    texts = [describe.tampered(image, mask, kind, edge) for kind in manipulations.KINDS for edge in describe.EDGES]
    texts += [describe.real(), describe.synthetic("render"), describe.synthetic("nearest")]
    for text in texts:
        assert not any(t in text for t in ("[CLS]", "[SEG]", "[END]", "</s>", " ASSISTANT: ", "\n", "  "))
    splice = describe.tampered(image, mask, "splice", "hard")
    assert splice.startswith("Type: {part tampered} Areas:<tampered position> A region at the top right.") and "smooth blue part" in splice
    assert "{real}" in describe.real() and "{synthetic}" in texts[-1]
    assert describe.position_words(~mask).startswith("A large region in the centre")


def test_data_set_is_the_official_layout_and_a_stopped_run_goes_on(photos, networks, tmp_path):
    out = str(tmp_path / "set")
    counts = {"train": 2, "validation": 1, "test": 1}
    make_data.write(out, [photos], networks.folder, counts, 1, 1)
    samples = read_set(out, "train")
    assert [s.label for s in samples] == [0, 0, 1, 2, 2] and all(s.description for s in samples)
    assert all(cv2.imread(s.mask, 0).shape == cv2.imread(s.path).shape[:2] for s in samples if s.mask)
    before = {s.path: os.stat(s.path).st_mtime_ns for s in samples}
    make_data.write(out, [photos], networks.folder, {**counts, "train": 3}, 1, 1)
    assert all(os.stat(p).st_mtime_ns == t for p, t in before.items()) and len(read_set(out, "train")) == 6
    with open(os.path.join(out, "test", "facts.jsonl"), encoding="utf-8") as f:
        assert {n["source"] for n in map(json.loads, f) if n["class"] == "full_synthetic"} == {"shuffle"}      # the held-out generator


def test_the_card_tells_how_it_stands_perturbations_and_what_a_baseline_reaches(small_set, tmp_path):
    out = str(tmp_path / "resize")
    card.perturbed_copy(small_set, "test", 1, "resize", 0.5, out)
    samples, copies = (read_set(folder, "test") for folder in (small_set, out))
    assert [s.label for s in copies] == [0, 1, 2] and set(card.facts_of(out, "test")) == {os.path.basename(s.path) for s in copies}
    for sample, perturbed in zip(samples, copies):
        h, w = cv2.imread(sample.path).shape[:2]
        assert cv2.imread(perturbed.path).shape[:2] == (round(h / 2), round(w / 2))
    true, half = (cv2.imread(s[2].mask, cv2.IMREAD_GRAYSCALE) for s in (samples, copies))
    assert set(np.unique(half)) <= {0, 255} and half.mean() == pytest.approx(true.mean(), rel=0.1)

    simple = card.baseline(small_set, "test", 1)
    assert all(0 <= low <= mean <= high <= 1 for mean, low, high in simple.values())
    grainy = noisy(2)
    grainy[64:128, 64:128] = noisy(25)[64:128, 64:128]
    found = card.noise_map(grainy)
    assert found[70:120, 70:120].min() > 5 * np.median(found)

    value = {"value": 0.5, "low": 0.25, "high": 0.75}
    report = {"verdicts": {"accuracy": value}, "masks": {"meanIou": value, "meanF1": value},
              "pictures": [{"label": "real", "probabilities": [0.4, 0.5, 0.1]}, {"label": "tampered", "probabilities": [0.6, 0, 0.4]}, {"label": "fullSynthetic", "probabilities": [1, 0, 0]}]}
    text = card.section({"as they are": report}, simple, 1)
    assert "| as they are | 0.500 (0.250 - 0.750) |" in text and "this model 0.500" in text
