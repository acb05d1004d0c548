"""The demonstration model learns: what its given layers see, its quick forms, its loop and the way from views to a folder."""
import copy
import dataclasses
import os

import numpy as np
import pytest
import torch

from fit import conversation, state
from fit.data import read_set
from nano import architecture, converse, energies, published
from nano.learn import BRANCHES, Plan, learn
from nano.localise import PromptedSam, train_sam
from nano.muon import Muon, orthogonal
from nano.tower import train_tower
from nano.trunk import Trunk
from nano.views import Views, frame, patches_of, square, tower_with_given_layers
from nano.vocabulary import TOKENS, train as train_vocabulary
from sida import checkpoint, images
from sida.clip import ClipTower
from tiny import noisy

PACKAGE = os.path.join(os.path.dirname(__file__), "..", "..", "models", "sida-nano")
CLIP = dataclasses.replace(architecture.CLIP, image_size=256, resize_shortest=170)
SAM = dataclasses.replace(architecture.SAM, image_size=256, out_chans=32, decoder_mlp_dim=64)


@pytest.fixture(scope="module")
def given(small_set):
    return tower_with_given_layers(CLIP, read_set(small_set, "train"), 1)


def test_given_layers_measure_the_logarithm_of_the_detail_whatever_the_colours(given):
    """Doubling the grain adds the same to the finest band, in every quarter; nothing is left of the responses themselves."""
    found = [energies.hidden(given, patches_of(noisy(s), 32)) for s in (2, 4, 8, 16, 32)]
    steps = torch.stack([x[:, :4].mean(0) for x in found]).diff(dim=0)
    assert (steps > 0).all() and steps.std(0).max() < 0.12 * steps.mean()
    red = energies.hidden(given, patches_of(np.clip(noisy(8).astype(int) + np.array([90, -60, -60]), 0, 255).astype(np.uint8), 32))
    assert (red[:, :4].mean(0) - found[2][:, :4].mean(0)).abs().max() < 0.1 * steps.mean()     # colours move what the norm divides by, a little
    assert (found[0][:, energies.FEATURES:energies.COLOURS] - found[0][:, energies.ZERO:energies.ZERO + 1]).abs().max() < 0.01


def test_nothing_is_lost_between_what_is_kept_and_what_the_layers_gave(given):
    x = energies.hidden(given, patches_of(noisy(9), 32))
    assert torch.allclose(energies.restore(energies.keep(x)[None])[0], x, atol=2e-3)


@pytest.mark.parametrize("mirror", ["left-right", "up-down", "diagonal"])
def test_mirrored_pictures_have_permuted_features(given, mirror):
    """Nearly, since every place has its own filters. Each patch has grain in one quarter, slanted stripes in another and a ramp of colour."""
    y, x = np.mgrid[0:32, 0:32]
    patch = np.repeat(np.where((y < 16) & (x >= 16), 128 + 40 * np.sin(2 * np.pi * 0.3 * (x + y)), 128)[..., None], 3, 2)
    image = np.tile(patch, (8, 8, 1)) + np.tile((x / 31 * 80 + y / 31 * 30)[..., None] * np.array([1, 0, -1]), (8, 8, 1))
    grain = np.tile(((y >= 16) & (x >= 16))[..., None], (8, 8, 1)) * (noisy(20).astype(float) - 128)
    image = np.clip(np.round(image + grain), 0, 255).astype(np.uint8)

    def mean(picture):
        return energies.keep(energies.hidden(given, patches_of(np.ascontiguousarray(picture), 32))).mean(0)[:-2]
    mirrored = {"left-right": image[:, ::-1], "up-down": image[::-1], "diagonal": image.transpose(1, 0, 2)}[mirror]
    wanted, plain = mean(mirrored), mean(image)
    moved = plain[energies.permutation(mirror)[:-2]]
    assert (moved - wanted).abs().mean() < 0.5 * (plain - wanted).abs().mean()


def test_views_keep_picture_mask_and_box_together(small_set, given, tmp_path):
    sample = next(s for s in read_set(small_set, "train") if s.label == 2)
    for view in (square, frame):
        canvas, share, (top, left, bottom, right) = view(sample, CLIP)
        assert canvas.shape == (256, 256, 3) and share.shape == (256, 256) and share.max() > 200
        outside = np.ones((256, 256), bool)
        outside[top:bottom, left:right] = False
        assert not share[outside].any() and len(np.unique(canvas[outside], axis=0)) <= 1
    samples = read_set(small_set, "train")
    views, again = (Views(str(tmp_path / "views"), samples, given, False, 2, 1, 1) for _ in range(2))
    assert len(views) == 2 * len(samples) and torch.equal(views.features, again.features)
    tampered = next(i for i, s in enumerate(samples) if s.label == 2)
    features, shares, inside = views.batch([tampered])
    canvas, share, _ = square(samples[tampered], CLIP)
    assert torch.allclose(features[0], energies.keep(energies.hidden(given, patches_of(canvas, 32))), atol=4e-3, rtol=2e-3)
    assert abs(float(shares.mean()) - share.mean() / 255) < 0.01 and not (views.of_patches(shares)[0] > 0)[~inside[0]].any()
    for seed in range(6):                                          # a variation moves all three alike
        _, moved, there = views.batch([tampered], np.random.default_rng(seed))
        assert not (views.of_patches(moved)[0] > 0)[~there[0]].any() and abs(float(moved.mean() - shares.mean())) < 1e-5


@torch.no_grad()
@pytest.mark.parametrize("loud", (1, 60))
def test_the_quick_trunk_is_the_tower_that_it_is_written_into(given, loud):
    """All but the border: beyond it the quick form takes the nearest patch, the tower's given heads nearly that one. Also where the content has
    grown `loud`, as training with Muon leaves it."""
    config = dataclasses.replace(CLIP, image_size=768)
    torch.manual_seed(0)
    tower, trunk = ClipTower(config), Trunk()
    energies.begin(tower, 1)
    for p in trunk.parameters():
        p.add_(0.05 * torch.randn_like(p)) if p.ndim > 1 else None
    for block in trunk.blocks:
        for linear, columns in ((block.value, True), (block.up, True), (block.out, False), (block.down, False)):
            (linear.weight[:, energies.PLACES:] if columns else linear.weight[energies.PLACES:]).zero_()
        block.down.weight.mul_(loud)
    grain = np.random.default_rng(0)                               # of another strength in every patch
    strength = np.kron(grain.uniform(1, 30, (24, 24)), np.ones((32, 32)))[..., None]
    image = np.clip(120 + strength * grain.standard_normal((768, 768, 3)), 0, 255).astype(np.uint8)
    wanted = trunk(energies.restore(energies.keep(energies.hidden(tower, patches_of(image, 32)))[None])).view(24, 24, -1)
    pixels = ((torch.from_numpy(image).float() / 255 - torch.tensor(CLIP.image_mean)) / torch.tensor(CLIP.image_std)).permute(2, 0, 1)[None]
    found, again = trunk.into(tower)(pixels)[0].view(24, 24, -1), published.trunk_of(tower).state_dict()
    assert all(torch.equal(again[name], p) for name, p in trunk.state_dict().items())
    off = (found - wanted).abs()
    spread = float(wanted[..., :energies.PLACES].std())
    scale = max(1.0, spread)
    assert off[11:13, 11:13].max() < 0.005 * scale and off.mean() < 0.02 * scale and spread > 0.3 * loud


@torch.no_grad()
def test_training_goes_on_from_the_bundled_package():
    """What is read back is written again as it was, and its given layers are those that `energies` sets."""
    pytest.importorskip("onnx")
    tower, other = published.tower_of(PACKAGE, architecture.CLIP), published.tower_of(PACKAGE, architecture.CLIP)
    layers = {name: p.clone() for name, p in tower.state_dict().items() if ".layers." in name}
    for layer in other.vision_model.encoder.layers[energies.LAYERS:-1]:
        for p in layer.parameters():
            p.fill_(9)
    published.trunk_of(tower).into(other)
    for name, p in other.state_dict().items():
        if name in layers and ".layers.7." not in name:
            rounded = p.half().float() if p.ndim > 1 else p
            assert torch.allclose(rounded, layers[name], atol=1e-6, rtol=1e-3), name
    begun = ClipTower(architecture.CLIP)
    energies.begin(begun, 1)
    embedding = tower.vision_model.embeddings
    assert torch.equal(embedding.patch_embedding.weight, begun.vision_model.embeddings.patch_embedding.weight.half().float())
    held = published.weights(PACKAGE, "sam-encoder.onnx", "sam-decoder.onnx")
    sam = published.sam_of(PACKAGE, architecture.SAM, architecture.CLIP).finished(other).state_dict()
    known = {name: held[published.VISUAL + name] for name in sam if published.VISUAL + name in held}
    assert len(known) > 0.8 * len(sam)                             # all but the parts of qkv, and positions of windows that aren't there
    for name, p in known.items():
        assert torch.allclose(sam[name].flatten(), torch.from_numpy(p).flatten(), atol=2e-6, rtol=1e-3), name
    with pytest.raises(ValueError, match="this architecture wants"):
        published.tower_of(PACKAGE, CLIP)
    with pytest.raises(FileNotFoundError, match="--start"):
        published.tower_of(os.path.dirname(PACKAGE), architecture.CLIP)


def test_no_copy_of_the_trunk_learns_weights_of_reserved_channels():
    torch.manual_seed(0)
    trunk = copy.deepcopy(Trunk())
    trunk(1 + torch.randn(1, 16, energies.WIDTH)).square().sum().backward()
    for block in trunk.blocks:
        for p, is_zero in ((block.value.weight, True), (block.up.weight, True), (block.out.weight.T, True), (block.down.weight.T, True), (block.norm1.weight, False)):
            assert not (p.detach()[..., energies.PLACES:] - (0 if is_zero else 1)).any()
        for p in (block.value.weight.grad, block.up.weight.grad, block.out.weight.grad.T, block.down.weight.grad.T, block.out.bias.grad, block.norm1.weight.grad, block.norm2.bias.grad):
            assert not p[..., energies.PLACES:].any() and p[..., :energies.PLACES].any()


@torch.no_grad()
def test_sam_with_the_trunk_is_the_quick_one(given):
    torch.manual_seed(0)
    network = PromptedSam(SAM, Trunk())
    image = noisy(12)
    sam = network.finished(copy.deepcopy(given))
    pixels = ((torch.from_numpy(image).float() - torch.tensor(images.SAM_MEAN)) / torch.tensor(images.SAM_STD)).permute(2, 0, 1)[None]
    seen = sam.image_encoder(pixels)
    found = sam.mask_decoder(seen, sam.prompt_encoder.dense_position(), network.prompt.expand(1, 1, -1), sam.prompt_encoder.dense(1))[0][:, 0]
    wanted = network(energies.keep(energies.hidden(given, patches_of(image, 32), first_norm=False))[None])
    assert torch.corrcoef(torch.stack((found.flatten(), wanted.flatten())))[0, 1] > 0.98


def test_an_orthogonal_update_leaves_reserved_channels_alone():
    torch.manual_seed(0)
    gradient = torch.randn(96, 64) @ torch.diag(torch.logspace(-2, 1, 64))
    gradient[80:], gradient[:, 50:] = 0, 0
    strengths = torch.linalg.svdvals(orthogonal(gradient))
    assert strengths[:40].min() > 0.3 and strengths.max() < 1.4 and torch.linalg.svdvals(gradient)[0] > 50 * torch.linalg.svdvals(gradient)[39]
    weight = torch.nn.Parameter(torch.ones(96, 64))
    weight.grad = gradient
    Muon([weight], 0.01).step()
    assert (weight[80:] == 1).all() and (weight[:, 50:] == 1).all() and 0.2 < (weight[:80, :50] - 1).square().mean() ** 0.5 / (0.01 * 0.8) < 2


def test_a_stopped_run_ends_like_an_uninterrupted_one(tmp_path):
    def run(file, steps):
        torch.manual_seed(0)
        network = torch.nn.Sequential(torch.nn.Linear(64, 64), torch.nn.Linear(64, 1))            # Muon's and AdamW's

        def step(rng, share):
            x = torch.from_numpy(rng.normal(size=(8, 64)).astype(np.float32))
            return {"loss": (network(x) - x.sum(1, keepdim=True)).square().mean()}
        learn("line", dict(network.named_parameters()), lambda name: 1.0, Plan(steps, 8, 0.05, warmup=2, bf16=False, save_every=5), file, step, lambda: "")
        return network[0].weight.detach().clone()
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


def test_the_deciding_tokens_name_the_class_and_say_whether_reasons_follow(small_set, tmp_path):
    samples = read_set(small_set, "train")
    tokenizer = train_vocabulary(str(tmp_path), [s.description for s in samples], 420)
    beginnings, words = set(), set()
    for sample in samples:
        plain, explained = (conversation.build(tokenizer, "?", conversation.answer_text(sample.label, d), "llava_v1", 4096, 2, d is not None) for d in (None, sample.description))
        named, after = (plain.prompt_length + at for at in converse.deciding_tokens(tokenizer, sample.label))
        assert plain.ids[:after] == explained.ids[:after] and plain.ids[after:] == [2] and explained.ids[after] != 2
        beginnings.add(tuple(plain.ids[plain.prompt_length:named]))
        words.add((sample.label, plain.ids[named]))
    assert len(beginnings) == 1 and len(words) == len({word for _, word in words}) == 3


@pytest.mark.parametrize("wrong, chosen", (
    (((0, 40), (10, 28), (0, 16), (0, 15)), 0.1),                  # 13 lost and 10 won against the best: it may be chance
    (((0, 40), (0, 18), (0, 17), (0, 15)), 0.3),                   # 3 and 2 lost, none won: it is no chance
    (((0, 15), (0, 17), (0, 18), (0, 40)), 0.0)))
def test_calibration_takes_the_least_shift_that_is_as_good_as_the_best_within_a_standard_error_of_their_difference(wrong, chosen, monkeypatch):
    """`wrong`: from where to where of 99 pictures the words name nothing, at the first four shifts; at the others everywhere. The verdict is right always."""
    labels, ranges = np.arange(99) % 3, iter([*wrong, *[(0, 99)] * 7])

    def judge(*_):
        named = labels.copy()
        named[slice(*next(ranges))] = -1
        return np.eye(3)[labels], None, named
    monkeypatch.setattr(converse, "judge", judge)
    model = torch.nn.Module()
    model.model = torch.nn.Module()
    model.model.mm_projector = torch.nn.Linear(4, 2)
    before = model.model.mm_projector.bias.detach().clone()
    real, tampered = torch.randn(5, 6, 4), torch.randn(5, 6, 4)
    apart = (model.model.mm_projector(tampered) - model.model.mm_projector(real)).mean((0, 1))
    converse.calibrate(model, None, [real, tampered], None, labels, None)
    assert torch.allclose(model.model.mm_projector.bias, before - chosen * apart, atol=1e-6)


def test_the_whole_way_from_views_to_a_folder_that_loads(small_set, given, tmp_path):
    samples = {split: read_set(small_set, split) for split in ("train", "validation")}
    squares = {k: Views(str(tmp_path / f"clip-{k}"), v, given, False, 1, 1, 1) for k, v in samples.items()}
    frames = {k: Views(str(tmp_path / f"sam-{k}"), [s for s in v if s.label == 2], given, True, 1, 1, 1) for k, v in samples.items()}

    def plan(batch):
        return Plan(2, batch, 1e-3, bf16=False)
    tower = train_tower(squares["train"], squares["validation"], plan(8), str(tmp_path / "tower.pt"))
    file = str(tmp_path / "further.pt")
    for _ in range(2):                                             # the second time everything is done
        network = train_tower(squares["train"], squares["validation"], plan(8), file, tower.trunk)
        heads, *ends = (state.read(file + end)["network"] for end in (".heads", *(f".{branch}" for branch in range(BRANCHES))))
        assert not any(name.startswith("trunk.") for name in heads)
        for name, p in network.named_parameters():
            assert torch.allclose(p, sum(end[name] for end in ends) / BRANCHES, atol=1e-7), name
        first, second = (end["trunk.blocks.0.value.weight"] for end in ends[:2])
        assert not torch.equal(first, second) and (first - second).abs().max() < 0.02 < tower.trunk.blocks[0].value.weight.abs().max()         # from one start
    sam = train_sam(SAM, tower.trunk, frames["train"], frames["validation"], plan(2), str(tmp_path / "sam.pt"))
    begun = {name: p.detach().clone() for name, p in sam.named_parameters()}
    sam = train_sam(SAM, tower.trunk, frames["train"], frames["validation"], plan(2), str(tmp_path / "sam-further.pt"), sam)
    ends = [state.read(str(tmp_path / f"sam-further.pt.{branch}"))["network"] for branch in range(BRANCHES)]
    assert all(torch.allclose(p, sum(end[name] for end in ends) / BRANCHES, atol=1e-7) for name, p in sam.named_parameters())
    assert not torch.equal(begun["prompt"], ends[0]["prompt"]) and not torch.equal(ends[0]["prompt"], ends[1]["prompt"])
    tokenizer = train_vocabulary(str(tmp_path / "vocabulary"), [s.description for s in samples["train"]], 420)
    model = converse.assemble(architecture.config(len(tokenizer), CLIP, SAM), given, tower, sam, 1)
    before = model.model.text_hidden_fcs[0](torch.randn(4, 128))
    assert (before - sam.prompt).abs().max() < 1.0                 # every [SEG] starts near SAM's prompt
    converse.train_language(model, tower, tokenizer, sam.prompt, squares["train"], squares["validation"], plan(3), str(tmp_path / "language.pt"))
    seen = converse.through(tower.trunk, squares["validation"], range(3), plan(3))
    logits, first, named = converse.judge(model, tokenizer, seen, plan(3))
    turn = conversation.build(tokenizer, conversation.questions(False, False)[0], conversation.answer_text(2, None), "llava_v1", 4096, 2, False)
    with torch.no_grad():
        hidden = model.hidden_states([torch.tensor(turn.ids)] * 3, model.model.mm_projector(seen))
    said, at = model.lm_head(hidden).argmax(-1), [k + turn.prompt_length - len(turn.ids) - 1 for k in (0, converse.deciding_tokens(tokenizer, 2)[0])]
    assert np.allclose(logits, model.class_logits(hidden[:, at[0]]).detach(), atol=1e-4) and (first == said[:, at[0]].numpy()).all()
    assert ((named == 2) == (said[:, at[1]].numpy() == turn.ids[at[1] + 1])).all()
    converse.write(model, tokenizer, str(tmp_path / "model"), str(tmp_path / "clip"))
    loaded, read = checkpoint.load(str(tmp_path / "model"), str(tmp_path / "clip"))
    assert read.id("[SEG]") == tokenizer.id("[SEG]") and all(t in read.added for t in TOKENS)
    assert all(torch.equal(a, b) for a, b in zip(model.state_dict().values(), loaded.state_dict().values()))
