"""The generator of the demonstration model's data, on pictures drawn by the generator itself."""
import json
import os

import cv2
import numpy as np
import pytest
import torch

from fit.data import read_set
from nano import describe, manipulations, make_data, pipeline, shapes, synthesis
from nano.architecture import start_as_filters
from nano.networks import GENERATORS, build
from nano.photos import read_photo, split_photos
from nano.pretrain import DenseTower, PromptedSam, sam_example, tower_into_sam, tower_view, window_of
from sida.config import ClipConfig, SamConfig


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    folder = tmp_path_factory.mktemp("photos")
    for i in range(12):
        rng = np.random.default_rng(i)
        image = synthesis.render(rng, 240, 320) // 2 + rng.integers(0, 90, (240, 320, 3)).astype(np.uint8)
        cv2.imwrite(str(folder / f"{i}.jpg"), image)
    return str(folder)


@pytest.fixture(scope="module")
def networks(tmp_path_factory):
    """Untrained, but of the right kind."""
    folder = tmp_path_factory.mktemp("networks")
    torch.manual_seed(0)
    for name in GENERATORS:
        torch.save(build(name).state_dict(), str(folder / f"{name}.pt"))
    return synthesis.Networks(str(folder))


def test_split_is_by_photograph_and_by_content(photos, tmp_path):
    split = split_photos(photos, 1)
    assert [len(v) for v in split.values()] == [8, 2, 2] and len({p for v in split.values() for p in v}) == 12
    for i, path in enumerate(sorted(os.listdir(photos))):
        (tmp_path / f"renamed{i}.jpg").write_bytes(open(os.path.join(photos, path), "rb").read())
    other = split_photos(str(tmp_path), 1)
    assert {open(p, "rb").read() for p in split["test"]} == {open(p, "rb").read() for p in other["test"]}


def test_networks_keep_the_size():
    for name in GENERATORS:
        network = build(name)
        x = torch.randn(1, 3, 32, 24)
        y = network(x, torch.zeros(1, 1, 32, 24)) if name == "refill" else network(x)
        assert y.shape == ((1, 3, 128, 96) if name == "cascade" else (1, 3, 32, 24))
    assert torch.equal(build("refill")(x, torch.zeros(1, 1, 32, 24)), x)      # no hole, no change


@pytest.mark.parametrize("kind", list(manipulations.KINDS))
def test_masks_are_exact(kind, photos, networks):
    paths = split_photos(photos, 1)["train"]
    for seed in range(3):
        rng = np.random.default_rng(seed)
        photo, donor = read_photo(paths[0]), read_photo(paths[1])
        result = manipulations.tamper(rng, photo, donor, networks.refill, kind)
        assert result.image.shape == photo.shape and result.image.dtype == np.uint8 and 0.005 <= result.mask.mean() <= 0.4
        changed = np.abs(photo.astype(int) - result.image).max(-1) > 2
        near = cv2.dilate(result.mask.astype(np.uint8), np.ones((45, 45), np.uint8)) > 0
        assert not (changed & ~near).any()                         # nothing changes away from the mask and its soft edge
        assert changed[result.mask].mean() > 0.15 and result.facts["edge"] in describe.EDGES


def test_shapes_have_the_wanted_area():
    for seed in range(20):
        for shape in shapes.SHAPES[:4]:
            mask = shape(np.random.default_rng(seed), 300, 400, 0.05)
            assert 0.02 < mask.mean() < 0.09, shape.__name__


def test_pictures_are_a_function_of_the_seed(photos, networks):
    paths = split_photos(photos, 1)["train"]
    for cls in make_data.CLASSES:
        first, facts = make_data.make(1, "train", cls, 3, paths, networks)
        again, _ = make_data.make(1, "train", cls, 3, paths, networks)
        other, _ = make_data.make(2, "train", cls, 3, paths, networks)
        assert np.array_equal(first.image, again.image) and not (first.image.shape == other.image.shape and np.array_equal(first.image, other.image))
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
    assert texts[0].startswith("Type: {part tampered} Areas:<tampered position> A region at the top right.") and "smooth blue part" in texts[0]
    assert "{real}" in describe.real() and "{synthetic}" in texts[-1]
    assert describe.position_words(~mask).startswith("A large region in the centre")


def test_data_set_is_the_official_layout_and_a_stopped_run_goes_on(photos, networks, tmp_path):
    out = str(tmp_path / "set")
    counts = {"train": 2, "validation": 1, "test": 1}
    make_data.write(out, photos, networks.folder, counts, 1, 1)
    samples = read_set(out, "train")
    assert [s.label for s in samples] == [0, 0, 1, 1, 2, 2] and all(s.description for s in samples)
    assert all(cv2.imread(s.mask, 0).shape == cv2.imread(s.path).shape[:2] for s in samples if s.mask)
    before = {s.path: os.stat(s.path).st_mtime_ns for s in samples}
    make_data.write(out, photos, networks.folder, {**counts, "train": 3}, 1, 1)
    assert all(os.stat(p).st_mtime_ns == t for p, t in before.items()) and len(read_set(out, "train")) == 9
    with open(os.path.join(out, "test", "facts.jsonl"), encoding="utf-8") as f:
        assert {n["source"] for n in map(json.loads, f) if n["class"] == "full_synthetic"} == {"shuffle"}      # the held-out generator


CLIP = ClipConfig(96, 16, 32, 64, 3, 2, resize_shortest=96)
SAM = SamConfig(image_size=112, patch_size=16, embed_dim=32, depth=2, num_heads=2, mlp_dim=64, global_blocks=(1,), window_size=4, out_chans=32, decoder_mlp_dim=64)


def test_filters_start_equally_loud():
    tower = DenseTower(CLIP)
    pictures = cv2.GaussianBlur(np.random.default_rng(0).normal(size=(96, 96, 12)).astype(np.float32), (0, 0), 4) * 20
    x = torch.from_numpy(pictures).view(96, 96, 4, 3).permute(2, 3, 0, 1).contiguous()
    start_as_filters(tower.tower.vision_model.embeddings.patch_embedding, x, 0)
    spread = tower.tower.vision_model.embeddings.patch_embedding(x).std((0, 2, 3))
    assert torch.allclose(spread, torch.ones_like(spread), atol=0.02)


def test_windows_see_the_mask_that_belongs_to_them(photos, networks, tmp_path):
    out = str(tmp_path / "set")
    make_data.write(out, photos, networks.folder, {"train": 1, "validation": 1, "test": 1}, 1, 1)
    (sample,) = [s for s in read_set(out, "train") if s.label == 2]
    image, mask = tower_view(sample, CLIP)
    assert image.shape == (96, 96, 3) and mask.shape == (96, 96)
    marked = np.where((mask > 127)[..., None], 255, 0).repeat(3, 2).astype(np.uint8)
    for seed in range(8):
        pixels, places, targets, label = window_of(marked, mask, 2, CLIP, 3, np.random.default_rng(seed))
        bright = (pixels.mean(0) > 0).float().view(3, 16, 3, 16).mean((1, 3)).flatten()
        assert torch.allclose(bright, targets[:, 1], atol=0.12) and label == (2 if targets[:, 1].sum() > 0.4 else 0)
        assert places[0] == 0 and places.shape == (10,)
    pixels, target, valid = sam_example(sample, SAM)
    assert pixels.shape == (3, 112, 112) and target.shape == valid.shape == (28, 28) and (target * (1 - valid)).sum() == 0


@torch.no_grad()
def test_sam_starts_close_to_the_tower():
    """The copy can't be exact (other norms, windows, activation), but it must see the same things."""
    torch.manual_seed(0)
    clip, sam = ClipConfig(112, 16, 32, 64, 3, 2, resize_shortest=112), SamConfig(**{**vars(SAM), "global_blocks": (0, 1)})
    tower, network = DenseTower(clip).tower, PromptedSam(sam)
    rgb = torch.rand(2, 3, 112, 112) * 255
    a = (rgb / 255 - torch.tensor(clip.image_mean)[:, None, None]) / torch.tensor(clip.image_std)[:, None, None]
    b = (rgb - torch.tensor([123.675, 116.28, 103.53])[:, None, None]) / torch.tensor([58.395, 57.12, 57.375])[:, None, None]
    tower_into_sam(tower, network.sam, sam, a)
    wanted, x = tower(a), network.sam.image_encoder.patch_embed(b) + network.sam.image_encoder.pos_embed
    for block in network.sam.image_encoder.blocks:
        x = block(x)
    likeness = torch.corrcoef(torch.stack((wanted.flatten(), x.flatten(1, 2).flatten())))[0, 1]
    assert likeness > 0.9
