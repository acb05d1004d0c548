#!/usr/bin/python3
"""Trains or fine-tunes SIDA on a SID_Set / SID_Set_description folder.

    train.py --model <HuggingFace folder> --vision-tower <CLIP folder> --data <folder> --stage 1 --out runs/stage1
    train.py --model runs/stage1/model --vision-tower runs/stage1/clip --data <folder> --stage 2 --out runs/stage2
    torchrun --nproc_per_node 8 training/train.py ...           several GPUs (or processes)

A run that was stopped goes on with the same command, on the same loss curve. At the end (and with --export-only) the best
checkpoint is merged and written to OUT/model and OUT/clip in the official HuggingFace layout, ready for `sida import`.
"""
import argparse
import json
import os
import sys
import tempfile

import torch
import torch.distributed as dist

from fit import examples, stages, state
from fit.data import read_set
from fit.trainer import Settings, Trainer, load_trained
from sida import checkpoint
from sida.config import LoraConfig
from sida.lora import add_lora, merge_lora

FRESH_HEADS = ("cls_head", "sida_fc1", "attention_layer", "text_hidden_fcs")


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a = parser.add_argument
    a("--model", required=True), a("--vision-tower", required=True), a("--out", required=True)
    a("--data", required=True, help="folder with train/ and validation/")
    a("--stage", choices=list(stages.STAGES), required=True)
    a("--train", nargs="*", default=[], metavar="PATTERN", help="train these parameters too")
    a("--freeze", nargs="*", default=[], metavar="PATTERN", help="but not these")
    a("--new-heads", action="store_true", help="heads that the folder lacks start anew (for a LISA folder)")
    a("--lora-rank", type=int, default=8), a("--lora-alpha", type=float, default=16), a("--lora-dropout", type=float, default=0.05)
    a("--lora-targets", nargs="+", default=["q_proj", "v_proj"])
    a("--steps", type=int), a("--batch", type=int, default=2), a("--accumulation", type=int, default=10)
    a("--lr", type=float, default=1e-4), a("--lr-scale", nargs="*", default=[], metavar="NAME=FACTOR")
    a("--warmup", type=int, default=100), a("--weight-decay", type=float, default=0.0), a("--clip", type=float, default=1.0)
    a("--mask-weight", type=float), a("--cls-weight", type=float), a("--text-weight", type=float)
    a("--precision", choices=["fp32", "bf16", "fp16"], default="bf16" if torch.cuda.is_available() else "fp32")
    a("--frozen-precision", choices=["fp32", "bf16", "fp16"], help="store what isn't trained in this type; default: that of --precision on a GPU")
    a("--checkpointing", action="store_true", help="recompute activations in the backward pass to save memory")
    a("--explain-share", type=float, help="how often descriptions are asked for; default 0 in stage 1, 1 in stage 2, 0.5 in all")
    a("--varied-questions", action="store_true"), a("--no-augment", action="store_true"), a("--no-crop", action="store_true")
    a("--conversation", choices=["llava_v1", "llava_llama_2"], default="llava_v1"), a("--max-length", type=int)
    a("--validate-every", type=int), a("--save-every", type=int, default=200), a("--validation-pictures", type=int, default=600)
    a("--seed", type=int, default=1), a("--workers", type=int, default=2), a("--threads", type=int, default=0)
    a("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    a("--dry-run", action="store_true", help="two steps on 8 pictures and a validation, nothing is kept")
    a("--export-only", action="store_true"), a("--export-dtype", choices=list(checkpoint.DTYPES), default="bfloat16"), a("--no-export", action="store_true")
    return parser


def prepare(args):
    """-> model with LoRA and frozen parts, tokenizer, stage."""
    base = stages.STAGES[args.stage]
    stage = stages.Stage(base.trainable, *(w if w is not None else d for w, d in (
        (args.mask_weight, base.mask_weight), (args.cls_weight, base.cls_weight), (args.text_weight, base.text_weight))), base.lora)
    model, tokenizer = checkpoint.load(args.model, args.vision_tower, fresh=FRESH_HEADS if args.new_heads else ())
    # Officially [CLS] [SEG] <im_start> <im_end> in stage 1, [END] in stage 2; the order gives the ids.
    added = tokenizer.add("[CLS]", "[SEG]", "<im_start>", "<im_end>", *(() if args.stage == "1" else ("[END]",)))
    if added:
        torch.manual_seed(args.seed)
        model.grow_vocabulary(len(tokenizer))
    if args.stage != "1":
        model.settings.family = "sida-description"
    if stage.lora:
        torch.manual_seed(args.seed)
        add_lora(model.model.layers, LoraConfig(args.lora_rank, args.lora_alpha, args.lora_dropout, tuple(args.lora_targets)))
    names = stages.freeze(model, stage, tuple(args.train), tuple(args.freeze))
    for part in (model.model, model.vision_tower, model.model.visual_model.image_encoder):
        part.checkpointing = args.checkpointing
    frozen = args.frozen_precision or (args.precision if args.device.startswith("cuda") else "fp32")
    kind = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}[frozen]
    for p in model.parameters():
        if not p.requires_grad:
            p.data = p.data.to(kind)
    total, trained = (sum(p.numel() for p in ps) for ps in (model.parameters(), (p for p in model.parameters() if p.requires_grad)))
    print(f"{total / 1e6:.1f} M parameters, {trained / 1e6:.2f} M of them trained, in {len(names)} tensors", file=sys.stderr)
    return model, tokenizer, stage


def export(model, tokenizer, out: str, dtype: str) -> None:
    best = os.path.join(out, "best.pt")
    if os.path.exists(best):
        saved = state.read(best)
        load_trained(model.cpu(), saved["model"])
        print(f"best checkpoint: step {saved['step']}, {json.dumps(saved['summary'])}", file=sys.stderr)
    merge_lora(model)
    checkpoint.save(model, tokenizer, os.path.join(out, "model"), os.path.join(out, "clip"), checkpoint.DTYPES[dtype])


def run(args) -> None:
    model, tokenizer, stage = prepare(args)
    if args.export_only:
        return export(model, tokenizer, args.out, args.export_dtype)
    train, validation = read_set(args.data, "train"), read_set(args.data, "validation")
    steps, every = {"1": (10000, 1000), "2": (500, 100), "all": (10000, 1000)}[args.stage]       # official: 10 x 1000 and 5 x 100
    share = args.explain_share if args.explain_share is not None else {"1": 0.0, "2": 1.0, "all": 0.5}[args.stage]
    options = examples.Options(args.conversation, args.max_length or {"1": 512, "2": 1024, "all": 1024}[args.stage], share,
                               args.varied_questions, not args.no_augment, not args.no_crop)
    settings = Settings(
        args.out, args.steps or steps, args.batch, args.accumulation, args.lr, {k: float(v) for k, v in (p.split("=") for p in args.lr_scale)},
        args.warmup, weight_decay=args.weight_decay, clip=args.clip, precision=args.precision, seed=args.seed, workers=args.workers,
        validate_every=args.validate_every or every, save_every=args.save_every, validation_pictures=args.validation_pictures, device=args.device)
    if args.dry_run:
        eight = [s for label, count in ((0, 2), (1, 2), (2, 4)) for s in [t for t in train if t.label == label][:count]]
        settings.steps, settings.accumulation, settings.batch, settings.validate_every, settings.save_every = 2, 4, 1, 2, 2
        with tempfile.TemporaryDirectory() as settings.out:
            trainer = Trainer(model, tokenizer, stage, eight, eight, settings, options)
            trainer.run()
            for name in ("train.csv", "validation.csv"):
                with open(os.path.join(settings.out, name), encoding="utf-8") as f:
                    print(f.read(), end="")
        return
    trainer = Trainer(model, tokenizer, stage, train, validation, settings, options)
    if trainer.resume() and trainer.rank == 0:
        print(f"resumed at step {trainer.done}", file=sys.stderr)
    trainer.run()
    if trainer.rank == 0 and not args.no_export:
        export(model, tokenizer, args.out, args.export_dtype)


def main() -> None:
    args = arguments().parse_args()
    if args.threads:
        torch.set_num_threads(args.threads)
    several = "RANK" in os.environ and int(os.environ.get("WORLD_SIZE", "1")) > 1
    if several:
        dist.init_process_group("nccl" if args.device.startswith("cuda") else "gloo")
        if args.device == "cuda":
            args.device = f"cuda:{os.environ['LOCAL_RANK']}"
            torch.cuda.set_device(args.device)
    run(args)
    if several:
        # The group's threads end here, while the interpreter lives: one that asks for its lock as it ends aborts the process ("terminate called ...").
        dist.destroy_process_group()


if __name__ == "__main__":
    main()
