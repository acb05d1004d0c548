#!/usr/bin/python3
"""The peer that Sida is measured against: the same model on the same weights in plain PyTorch, timed stage by stage.

    pytorch_peer.py --model <HuggingFace folder> --vision-tower <CLIP folder> --image photo.jpg [--prompt TEXT] [--answer TEXT]
    pytorch_peer.py --stage sam-encoder --shape vit-b          random weights of a given shape, one stage alone
    pytorch_peer.py --stage clip --shape clip-l
    pytorch_peer.py --stage mask-decoder
    pytorch_peer.py --stage prefill|decode --shape 7b-layers:2 --tokens 340

It is an honest peer: KV cache, no gradients, weights of one type, PyTorch's own kernels with the BLAS that it is linked to (on
Debian make OpenBLAS the libblas alternative: with the reference BLAS PyTorch is 30 times slower). Prints one JSON object; times
are milliseconds, medians over --repeats after --warm-up runs.
"""
import argparse
import json
import os
import platform
import resource
import statistics
import sys
import time

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--model", help="folder with config.json, pytorch_model*.bin or *.safetensors, tokenizer.model")
parser.add_argument("--vision-tower", help="CLIP folder")
parser.add_argument("--image", nargs="+", default=[])
parser.add_argument("--prompt", help="user text; default: the official detection prompt")
parser.add_argument("--answer", help="score this answer instead of generating (so that every run does the same work)")
parser.add_argument("--conversation", default="llava_v1")
parser.add_argument("--max-new-tokens", type=int, default=512)
parser.add_argument("--stage", choices=["sam-encoder", "clip", "mask-decoder", "prefill", "decode"])
parser.add_argument("--shape", help="vit-b, vit-h, sam:DIM,DEPTH,HEADS,SIDE | clip-l, clip:DIM,DEPTH,HEADS,SIDE,PATCH | 7b-layers:N, llama:DIM,DEPTH,HEADS,FFN")
parser.add_argument("--tokens", type=int, default=340, help="prompt length of prefill and context of decode")
parser.add_argument("--dtype", default="float32", choices=["float32", "bfloat16", "float16"])
parser.add_argument("--device", default="cpu")
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--repeats", type=int, default=5)
parser.add_argument("--warm-up", type=int, default=1)
args = parser.parse_args()
os.environ["OMP_NUM_THREADS"] = str(args.threads)                  # before the libraries start their pools
sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "training"))

import torch  # noqa: E402

from sida import checkpoint, prompts  # noqa: E402
from sida.analyze import analyze  # noqa: E402
from sida.clip import ClipTower  # noqa: E402
from sida.config import ClipConfig, LlamaConfig, SamConfig  # noqa: E402
from sida.llama import KVCache, Llama  # noqa: E402
from sida.model import Sam  # noqa: E402

dtype = getattr(torch, args.dtype)


def timed(function) -> float:
    if args.device.startswith("cuda"):
        torch.cuda.synchronize()
    start = time.perf_counter()
    function()
    if args.device.startswith("cuda"):
        torch.cuda.synchronize()
    return 1000 * (time.perf_counter() - start)


def median(function) -> dict:
    for _ in range(args.warm_up):
        function()
    times = [timed(function) for _ in range(args.repeats)]
    return {"median": round(statistics.median(times), 3), "min": round(min(times), 3), "max": round(max(times), 3)}


def numbers(text: str) -> list:
    return [int(n) for n in text.split(":")[1].split(",")]


def sam_shape() -> SamConfig:
    shape = args.shape or "vit-h"
    if shape == "vit-h":
        return SamConfig()
    dim, depth, heads, side = (768, 12, 12, 1024) if shape == "vit-b" else numbers(shape)
    every = max(depth // 4, 1)
    return SamConfig(image_size=side, embed_dim=dim, depth=depth, num_heads=heads, mlp_dim=4 * dim, global_blocks=tuple(range(every - 1, depth, every)))


def clip_shape() -> ClipConfig:
    if args.shape in (None, "clip-l"):
        return ClipConfig()
    dim, depth, heads, side, patch = numbers(args.shape)
    return ClipConfig(side, patch, dim, 4 * dim, depth, heads, resize_shortest=side)


def llama_shape() -> LlamaConfig:
    shape = args.shape or "7b-layers:2"
    if shape.startswith("7b-layers"):
        return LlamaConfig(num_hidden_layers=numbers(shape)[0])
    dim, depth, heads, ffn = numbers(shape)
    return LlamaConfig(hidden_size=dim, num_hidden_layers=depth, num_attention_heads=heads, num_key_value_heads=heads, intermediate_size=ffn)


@torch.no_grad()
def one_stage() -> dict:
    def ready(module):
        return module.to(args.device, dtype).eval()
    options = {"device": args.device, "dtype": dtype}
    if args.stage == "clip":
        config = clip_shape()
        tower, x = ready(ClipTower(config)), torch.randn(1, 3, config.image_size, config.image_size, **options)
        return median(lambda: tower(x))
    if args.stage in ("prefill", "decode"):
        config = llama_shape()
        llama, x = ready(Llama(config)), torch.randn(1, args.tokens, config.hidden_size, **options)
        if args.stage == "prefill":
            return median(lambda: llama(x, KVCache(config, 1, args.tokens, x)))
        cache = KVCache(config, 1, args.tokens + 1, x)
        llama(x, cache)

        def step():
            cache.length = args.tokens             # the same step again
            llama(x[:, :1], cache)
        return median(step)
    config = sam_shape()
    sam = ready(Sam(config))
    if args.stage == "sam-encoder":
        x = torch.randn(1, 3, config.image_size, config.image_size, **options)
        return median(lambda: sam.image_encoder(x))
    image, prompt = torch.randn(1, config.out_chans, config.grid, config.grid, **options), torch.randn(1, 1, config.out_chans, **options)
    return median(lambda: sam.mask_decoder(image, sam.prompt_encoder.dense_position(), prompt, sam.prompt_encoder.dense(1)))


def whole_analyses() -> dict:
    start = time.perf_counter()
    model, tokenizer = checkpoint.load(args.model, args.vision_tower, dtype)
    model.to(args.device)
    results = {"load": round(1000 * (time.perf_counter() - start), 1), "images": []}
    for image in args.image:
        runs, final = [], None
        for i in range(args.warm_up + args.repeats):
            start = time.perf_counter()
            final = analyze(model, tokenizer, image, args.prompt if args.prompt is not None else prompts.CHAT_DETECT, args.conversation,
                            max_new_tokens=args.max_new_tokens, answer=args.answer)
            total = 1000 * (time.perf_counter() - start)
            if i >= args.warm_up:
                laps = dict(final.milliseconds, total=total)
                laps["to_verdict"] = sum(laps[k] for k in ("decode", "clip", "prefill", "verdict"))
                laps["per_token"] = laps["decode_tokens"] / max(len(final.answer_ids) - 1, 1)
                runs.append(laps)
        stages = {k: round(statistics.median(r[k] for r in runs), 3) for k in runs[0]}
        results["images"].append({
            "image": image, "milliseconds": stages, "prompt_tokens": len(final.prompt_ids), "answer_tokens": len(final.answer_ids), "verdict": final.verdict,
            "answer_ids": final.answer_ids, "class_logits": None if final.class_logits is None else final.class_logits.float().tolist(),
            "mask_pixels": None if final.mask_logits is None else [int((m > 0).sum()) for m in final.mask_logits]})
    return results


def main() -> None:
    torch.set_num_threads(args.threads)
    about = {"torch": torch.__version__, "threads": args.threads, "dtype": args.dtype, "device": args.device, "machine": platform.machine(), "repeats": args.repeats}
    if args.stage:
        about.update(stage=args.stage, shape=args.shape, tokens=args.tokens if args.stage in ("prefill", "decode") else None, milliseconds=one_stage())
    elif args.model and args.vision_tower and args.image:
        about.update(whole_analyses())
    else:
        parser.error("give --model, --vision-tower and --image, or --stage")
    about["peak_memory_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    json.dump(about, sys.stdout, indent=1)
    print()


main()
