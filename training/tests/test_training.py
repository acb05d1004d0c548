"""The loop: it learns, it resumes exactly, it exports, it runs in several processes and in low precision."""
import csv
import os
import socket
import subprocess
import sys

import pytest
import torch

import tiny
from conftest import TRAINING
from fit import examples, stages, state
from fit.data import read_set
from fit.trainer import Settings, Trainer
from sida import analyze, checkpoint, prompts
from sida.config import LoraConfig
from sida.lora import add_lora


def trainer(tmp_path, out, stage="all", steps=6, explain_share=0.0, lora=False, **changes):
    folder = str(tmp_path / "set")
    if not os.path.isdir(folder):
        tiny.write_data(folder)
    torch.manual_seed(5)
    model, settings = tiny.model(), {"batch": 2, "accumulation": 3, "lr": 2e-3, "warmup": 2, "workers": 1, "validate_every": 10 ** 9, "save_every": 10 ** 9}
    if lora:
        add_lora(model.model.layers, LoraConfig(dropout=0.1))
    stages.freeze(model, stages.STAGES[stage])
    options = examples.Options(explain_share=explain_share, augment=changes.pop("augment", True), crop=False)
    samples = read_set(folder, "train")
    return Trainer(model, tiny.tokenizer(), stages.STAGES[stage], samples, samples, Settings(str(tmp_path / out), steps, **{**settings, **changes}), options)


def log(folder, name="train.csv"):
    with open(os.path.join(str(folder), name), newline="", encoding="utf-8") as f:
        return [{k: v for k, v in row.items() if k != "seconds"} for row in csv.DictReader(f)]


def test_overfits_six_pictures(tmp_path):
    """100 % of the verdicts, IoU over 0.9, and its own greedy answer, from scratch."""
    t = trainer(tmp_path, "run", steps=130, augment=False, explain_share=1.0)
    t.run()
    (row,) = log(tmp_path / "run", "validation.csv")
    assert float(row["accuracy"]) == 1.0 and float(row["mean_iou"]) > 0.9 and float(row["end_to_end_iou"]) > 0.9
    t.model.eval()
    for sample in t.train_samples:
        result = analyze.analyze(t.model, t.tokenizer, sample.path, prompts.EXPLAIN, description=True, max_new_tokens=60)
        assert result.verdict == sample.label and sample.description in t.tokenizer.decode(result.answer_ids)


def test_resumed_run_equals_uninterrupted_run(tmp_path):
    whole = trainer(tmp_path, "whole", lora=True, explain_share=0.5)
    whole.run()
    first = trainer(tmp_path, "parts", lora=True, explain_share=0.5, save_every=3)
    optimise = first._optimise

    def stop_after_four(batches):
        if first.done == 4:
            raise KeyboardInterrupt
        return optimise(batches)
    first._optimise = stop_after_four
    with pytest.raises(KeyboardInterrupt):
        first.run()
    second = trainer(tmp_path, "parts", lora=True, explain_share=0.5, save_every=3)
    assert second.resume() and second.done == 3
    second.run()
    assert log(tmp_path / "whole") == log(tmp_path / "parts")
    a, b = whole.trained_state(), second.trained_state()
    assert all(torch.equal(a[n], b[n]) for n in a)
    with pytest.raises(ValueError, match="other settings \\(seed\\)"):
        trainer(tmp_path, "parts", lora=True, seed=9).resume()


def test_stage_2_moves_only_its_own_parameters_and_keeps_the_heads(tmp_path):
    t = trainer(tmp_path, "run", stage="2", steps=2, lora=True, explain_share=1.0)
    before = {n: p.clone() for n, p in t.model.named_parameters()}
    t.run()
    moved = {n for n, p in t.model.named_parameters() if not torch.equal(p, before[n])}
    assert moved and all("lora_" in n or n.startswith(("lm_head", "model.visual_model.mask_decoder", "model.cls_head", "model.embed_tokens")) for n in moved)
    assert {"lm_head.weight", "model.cls_head.0.0.weight", "model.layers.1.self_attn.v_proj.lora_B"} <= moved


def test_not_finite_batches_are_skipped_and_too_many_stop_the_run(tmp_path):
    t = trainer(tmp_path, "run", steps=40)
    before = t.model.lm_head.weight.clone()
    forward = t.step_module.forward
    t.step_module.forward = lambda batch: {k: v * float("nan") if k == "loss" else v for k, v in forward(batch).items()}
    with pytest.raises(FloatingPointError, match="21 steps in a row"):
        t.run()
    assert torch.equal(before, t.model.lm_head.weight)


def test_best_checkpoint_is_the_best_one(tmp_path, monkeypatch):
    t = trainer(tmp_path, "run", steps=3, validate_every=1)
    scores = iter([0.3, 0.9, 0.5])
    monkeypatch.setattr("fit.trainer.score", lambda s, seen={}: seen.setdefault(t.done, None) or seen.update({t.done: next(scores)}) or seen[t.done])
    t.run()
    assert state.read(str(tmp_path / "run" / "best.pt"))["step"] == 2 and t.best == 0.9


def test_bf16_runs_close_to_fp32(tmp_path):
    losses = []
    for precision in ("fp32", "bf16"):
        trainer(tmp_path, precision, steps=2, precision=precision).run()
        losses.append([float(r["loss"]) for r in log(tmp_path / precision)])
    assert all(abs(a - b) < 0.05 * abs(a) for a, b in zip(*losses))


@pytest.fixture()
def folders(tmp_path):
    model, tower = str(tmp_path / "model"), str(tmp_path / "clip")
    checkpoint.save(tiny.model(), tiny.tokenizer(), model, tower, torch.float32)
    return ["--model", model, "--vision-tower", tower, "--data", tiny.write_data(str(tmp_path / "set")), "--out", str(tmp_path / "run")]


def start(*words, **variables):
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": "", **variables}
    return subprocess.Popen([sys.executable, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=TRAINING, env=environment)


def finish(process):
    out, errors = process.communicate(timeout=200)
    assert process.returncode == 0, errors
    return out, errors


def test_command_line_trains_and_exports_with_lora_merged(tmp_path, folders):
    words = ("train.py", *folders, "--stage", "1", "--steps", "2", "--accumulation", "1", "--export-dtype", "float32", "--validate-every", "1")
    finish(start(*words))
    model, tokenizer = checkpoint.load(str(tmp_path / "run" / "model"), str(tmp_path / "run" / "clip"))
    assert not any("lora" in n for n in model.state_dict())
    assert "resumed at step 2" in finish(start(*words))[1]


def test_dry_run_keeps_nothing(tmp_path, folders):
    out, _ = finish(start("train.py", *folders, "--stage", "2", "--dry-run"))
    assert "accuracy" in out and "loss" in out and not os.path.exists(str(tmp_path / "run"))


def test_two_processes(tmp_path, folders):
    """With the variables that torchrun sets (Debian's own torchrun fails under Python 3.11 before it starts anything)."""
    words = ("train.py", *folders, "--stage", "all", "--steps", "2", "--batch", "1", "--accumulation", "2", "--device", "cpu", "--explain-share", "1")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    both = [start(*words, RANK=str(rank), LOCAL_RANK=str(rank), WORLD_SIZE="2", MASTER_ADDR="127.0.0.1", MASTER_PORT=port) for rank in range(2)]
    for process in both:
        finish(process)
    assert len(log(tmp_path / "run")) == 2 and os.path.exists(str(tmp_path / "run" / "model" / "config.json"))
    assert float(log(tmp_path / "run", "validation.csv")[0]["pictures"]) == 6
