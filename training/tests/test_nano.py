"""The generator of the demonstration model's data, on pictures drawn by the generator itself."""
import json
import os

import cv2
import numpy as np
import pytest
import torch

from fit.data import read_set
from nano import describe, manipulations, make_data, pipeline, shapes, synthesis
from nano import architecture, converse, energies
from nano.networks import GENERATORS, build
from nano.photos import read_photo, split_photos
from nano.learn import Plan, learn
from nano.localise import PromptedSam, tower_into_sam, train_sam
from nano.tower import DenseTower, train_tower, windows
from nano.views import Views, frame, patches_of, square, vary
from nano.vocabulary import TOKENS, train as train_vocabulary
from sida import checkpoint
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


CLIP = ClipConfig(96, 16, 128, 512, 3, 4, hidden_act="gelu", resize_shortest=64)
SAM = SamConfig(image_size=96, patch_size=32, embed_dim=128, depth=2, num_heads=4, mlp_dim=512, global_blocks=(0, 1), window_size=0, out_chans=32, decoder_mlp_dim=64)
MEAN, STD = torch.tensor(CLIP.image_mean), torch.tensor(CLIP.image_std)


@pytest.fixture(scope="module")
def small_set(photos, networks, tmp_path_factory):
    out = str(tmp_path_factory.mktemp("set"))
    make_data.write(out, photos, networks.folder, {"train": 2, "validation": 1, "test": 1}, 1, 1)
    return out


@torch.no_grad()
def test_first_layer_measures_the_strength_of_detail():
    """More grain gives more energy in every quarter's finest band, and the responses themselves are gone."""
    torch.manual_seed(0)
    tower = DenseTower(CLIP).tower
    smooth = torch.from_numpy(cv2.GaussianBlur(np.random.default_rng(0).normal(size=(96, 96, 3)).astype(np.float32), (0, 0), 8))
    smooth = smooth / smooth.std() * 20 + 128
    grain = torch.randn(96, 96, 3, generator=torch.Generator().manual_seed(1))
    pictures = torch.stack([smooth + s * grain for s in (1.0, 2.0, 4.0, 8.0)])
    x = ((pictures / 255 - MEAN) / STD).permute(0, 3, 1, 2)
    energies.start_as_energies(tower, x, 1)
    body = tower.vision_model
    tokens = body.encoder.layers[0](body.pre_layrnorm(body.embeddings(x)))[:, 1:]
    fine = tokens[..., :4].mean((1, 2))
    assert (fine.diff() > 0.2).all()
    groups = 4 * len(energies.BANDS) + 4
    # Not exactly 0: the epsilon of the second norm leaves 5 millionths of responses of up to 10.
    assert tokens[..., groups:energies.FILTERS].abs().max() < 1e-3 and tokens[..., :groups].std() > 0.5


def test_views_keep_picture_mask_and_box_together(small_set, tmp_path):
    sample = next(s for s in read_set(small_set, "train") if s.label == 2)
    for view, config in ((square, CLIP), (frame, SAM)):
        canvas, share, (top, left, bottom, right) = view(sample, config)
        assert canvas.shape == (96, 96, 3) and share.shape == (96, 96) and share.max() > 200
        outside = np.ones((96, 96), bool)
        outside[top:bottom, left:right] = False
        assert not share[outside].any() and len(np.unique(canvas[outside], axis=0)) <= 1
    views = Views(str(tmp_path / "views"), read_set(small_set, "train"), CLIP, square, 2, 1, 1)
    again = Views(str(tmp_path / "views"), read_set(small_set, "train"), CLIP, square, 2, 1, 1)
    assert len(views) == 12 and torch.equal(views.pixels, again.pixels)
    assert np.array_equal(views.batch([2])[0][0].numpy(), square(views.samples[2], CLIP)[0])


def test_variations_move_mask_and_box_with_the_picture():
    pixels, boxes = torch.full((2, 96, 96, 3), 9, dtype=torch.uint8), torch.tensor([[0, 16, 96, 80], [16, 0, 80, 96]], dtype=torch.int16)
    pixels[0, :, 16:80], pixels[1, 16:80] = 120, 120
    pixels[:, 24:40, 24:40] = 250
    shares = torch.zeros(2, 12, 12, dtype=torch.uint8)
    shares[:, 3:5, 3:5] = 255
    for seed in range(10):
        x, s, inside = vary(pixels, shares, boxes, np.random.default_rng(seed))
        assert (x[~inside] == 9).all() and ((x[inside] == 9).float().mean() < 0.1)
        bright = x.float().mean(-1)
        marked = s.repeat_interleave(8, 1).repeat_interleave(8, 2) > 0
        assert bright[marked].mean() > bright[inside & ~marked].mean() + 40


def test_windows_know_their_places():
    g = 6
    numbers = torch.arange(g * g).view(1, g, g).expand(3, -1, -1)
    shares = torch.zeros(3, g, g)
    shares[1, 4, 4] = 1
    for seed in range(10):
        parts, found, places = windows(numbers[..., None], shares, torch.ones(3, g, g, dtype=torch.bool), 3, np.random.default_rng(seed))
        assert torch.equal(parts.flatten(1) + 1, places) and found.shape == (3, 3, 3)


@torch.no_grad()
def test_bytes_and_pixels_give_the_same_tower():
    torch.manual_seed(0)
    network = DenseTower(CLIP).eval()
    pixels = torch.randint(0, 256, (2, 96, 96, 3), dtype=torch.uint8)
    kept = []
    network.patches.register_forward_hook(lambda module, inputs, output: kept.append(inputs[0]))
    network(patches_of(pixels, 16).flatten(1, 2), (torch.arange(36) + 1).expand(2, -1))
    wanted = network.tower(((pixels.float() / 255 - MEAN) / STD).permute(0, 3, 1, 2))
    assert torch.allclose(kept[0], torch.nn.functional.layer_norm(wanted, wanted.shape[-1:]), atol=2e-4)


@torch.no_grad()
def test_sam_starts_close_to_the_tower():
    """The copy can't be exact (other norms, no class token), but it must see the same things."""
    torch.manual_seed(0)
    clip = ClipConfig(96, 32, 128, 512, 3, 4, hidden_act="gelu", resize_shortest=64)
    tower, network = DenseTower(clip).tower, PromptedSam(SAM)
    rgb = torch.rand(2, 3, 96, 96) * 255
    a = (rgb / 255 - MEAN[:, None, None]) / STD[:, None, None]
    b = (rgb - torch.tensor([123.675, 116.28, 103.53])[:, None, None]) / torch.tensor([58.395, 57.12, 57.375])[:, None, None]
    tower_into_sam(tower, network.sam, a)
    wanted, x = tower(a), network.sam.image_encoder.patch_embed(b) + network.sam.image_encoder.pos_embed
    for block in network.sam.image_encoder.blocks:
        x = block(x)
    assert torch.corrcoef(torch.stack((wanted.flatten(), x.flatten(1, 2).flatten())))[0, 1] > 0.9


def test_a_stopped_run_ends_like_an_uninterrupted_one(tmp_path):
    def run(file, steps):
        torch.manual_seed(0)
        line = torch.nn.Linear(3, 1)

        def step(rng, share):
            x = torch.from_numpy(rng.normal(size=(8, 3)).astype(np.float32))
            return {"loss": (line(x) - x.sum(1, keepdim=True)).square().mean()}
        learn("line", dict(line.named_parameters()), lambda name: 1.0, Plan(steps, 8, 0.05, warmup=2, bf16=False, save_every=5), file, step, lambda: "")
        return line.weight.detach().clone()
    whole = run(str(tmp_path / "whole"), 20)
    schedule = torch.load(str(tmp_path / "whole"), weights_only=True)
    assert schedule is not None
    stopped = str(tmp_path / "stopped")

    class Stop(Exception):
        pass

    original = os.replace
    calls = []

    def replace(a, b):
        original(a, b)
        calls.append(b)
        if len(calls) == 2:
            raise Stop
    os.replace = replace
    try:
        with pytest.raises(Stop):
            run(stopped, 20)
    finally:
        os.replace = original
    assert torch.equal(run(stopped, 20), whole)


def test_the_whole_way_from_views_to_a_folder_that_loads(small_set, tmp_path):
    clip = ClipConfig(96, 32, 128, 512, 3, 4, hidden_act="gelu", resize_shortest=64)
    samples = {split: read_set(small_set, split) for split in ("train", "validation")}
    square_views = {k: Views(str(tmp_path / f"clip-{k}"), v, clip, square, 1, 1, 1) for k, v in samples.items()}
    frames = {k: Views(str(tmp_path / f"sam-{k}"), [s for s in v if s.label == 2], SAM, frame, 1, 1, 1) for k, v in samples.items()}

    def plan(batch):
        return Plan(2, batch, 1e-3, bf16=False)
    tower = train_tower(clip, square_views["train"], square_views["validation"], plan(6), str(tmp_path / "tower.pt"))
    sam = train_sam(SAM, tower.tower, frames["train"], frames["validation"], plan(2), str(tmp_path / "sam.pt"))
    tokenizer = train_vocabulary(str(tmp_path / "vocabulary"), [s.description for s in samples["train"]], 420)
    model = converse.assemble(architecture.config(len(tokenizer), clip, SAM), tower, sam, 1)
    before = model.model.text_hidden_fcs[0](torch.randn(4, 128))
    assert (before - sam.prompt).abs().max() < 1.0                 # every [SEG] starts near SAM's prompt
    converse.train_language(model, tokenizer, sam.prompt, square_views["train"], square_views["validation"], plan(3), str(tmp_path / "language.pt"))
    converse.write(model, tokenizer, str(tmp_path / "model"), str(tmp_path / "clip"))
    loaded, read = checkpoint.load(str(tmp_path / "model"), str(tmp_path / "clip"))
    assert read.id("[SEG]") == tokenizer.id("[SEG]") and all(t in read.added for t in TOKENS)
    assert all(torch.equal(a, b) for a, b in zip(model.state_dict().values(), loaded.state_dict().values()))
