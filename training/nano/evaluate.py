"""How good a trained folder is on a split of the generated data: overall, per class, per manipulation, per generator; with 95 % intervals
(bootstrap over photographs, since pictures of one photograph aren't independent). The figures of the model card come from
`sida evaluate` and card.py; this is the training side's own check."""
import argparse
import json
import os
import sys
from typing import Dict, List, Optional

import cv2
import numpy as np
import torch

from fit.data import Sample, read_set
from fit.progress import Progress
from sida import checkpoint, images, prompts
from sida.analyze import analyze


def iou_and_f1(said: np.ndarray, true: np.ndarray):
    both, either = int((said & true).sum()), int((said | true).sum())
    return (both / either if either else 1.0), (2 * both / (either + both) if either else 1.0)


def facts_of(data: str, split: str) -> Dict[str, dict]:
    """What was done to each picture, by file name."""
    with open(os.path.join(data, split, "facts.jsonl"), encoding="utf-8") as f:
        return {n["file"]: n for n in map(json.loads, f)}


def of_each_class(samples: List[Sample], limit: int) -> List[Sample]:
    return [s for label in range(3) for s in [t for t in samples if t.label == label][:limit]]


def measure(model, tokenizer, samples: List[Sample], facts: Dict[str, dict], user: str) -> List[dict]:
    """One row a picture. Masks: end-to-end (empty when the verdict isn't tampered) and teacher-forced (the answer that is true)."""
    rows, progress = [], Progress(len(samples))
    for number, sample in enumerate(samples):
        rgb = images.read_rgb(sample.path)
        true = cv2.imread(sample.mask, cv2.IMREAD_GRAYSCALE) > 127 if sample.mask else None
        result = analyze(model, tokenizer, rgb, user, description=True, max_new_tokens=260)
        note = facts.get(os.path.basename(sample.path), {})
        logits = result.class_logits[-1] if result.class_logits is not None else torch.zeros(3)
        row = {"label": sample.label, "verdict": result.verdict, "probabilities": logits.softmax(-1).tolist(), "photo": note.get("photo", number),
               "what": note.get("kind") or note.get("source") or "real", "stopped": result.answer_ids[-1:] == [model.settings.eos_token_id]}
        if sample.label == 2:
            said = result.mask_logits[0].cpu().numpy() > 0 if result.mask_logits is not None else np.zeros_like(true)
            row["iou"], row["f1"] = iou_and_f1(said, true)
            forced = analyze(model, tokenizer, rgb, user, description=True, answer="[CLS] The image is tampered [SEG]")
            if forced.mask_logits is not None:
                row["forced_iou"], row["forced_f1"] = iou_and_f1(forced.mask_logits[0].cpu().numpy() > 0, true)
        rows.append(row)
        progress.show(number + 1, "evaluated")
    return rows


def interval(rows: List[dict], value, draws: int = 1000) -> Optional[List[float]]:
    """[mean, low, high]: bootstrap over photographs."""
    groups: Dict[int, list] = {}
    for row in rows:
        v = value(row)
        if v is not None:
            groups.setdefault(row["photo"], []).append(v)
    if not groups:
        return None
    totals, counts = np.array([[sum(g), len(g)] for g in groups.values()], float).T
    pick = np.random.default_rng(0).integers(len(totals), size=(draws, len(totals)))
    means = totals[pick].sum(1) / counts[pick].sum(1)
    return [round(float(x), 4) for x in (totals.sum() / counts.sum(), *np.quantile(means, (0.025, 0.975)))]


def summarise(rows: List[dict]) -> dict:
    tampered = [r for r in rows if r["label"] == 2]

    def right(r):
        return float(r["verdict"] == r["label"])
    result = {"pictures": len(rows), "accuracy": interval(rows, right), "chance": 1 / 3, "stopped": np.mean([r["stopped"] for r in rows]).round(4),
              "recall": {name: interval([r for r in rows if r["label"] == i], right) for i, name in enumerate(prompts.CLASS_NAMES)}}
    for key in ("iou", "f1", "forced_iou", "forced_f1"):
        result[key] = interval(tampered, lambda r: r.get(key))
    result["by_kind"] = {
        what: {"pictures": len(part), "accuracy": interval(part, right), **({"iou": interval(part, lambda r: r["iou"]), "forced_iou": interval(part, lambda r: r.get("forced_iou"))}
               if part[0]["label"] == 2 else {})}
        for what in sorted({r["what"] for r in rows}) for part in [[r for r in rows if r["what"] == what]]}
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True), parser.add_argument("--vision-tower", required=True), parser.add_argument("--data", required=True)
    parser.add_argument("--split", default="test"), parser.add_argument("--limit", type=int, help="pictures a class")
    parser.add_argument("--json"), parser.add_argument("--threads", type=int, default=2), parser.add_argument("--device", default="cpu")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    model, tokenizer = checkpoint.load(args.model, args.vision_tower)
    model.to(args.device)
    samples = read_set(args.data, args.split)
    if args.limit:
        samples = of_each_class(samples, args.limit)
    result = {"split": args.split, **summarise(measure(model, tokenizer, samples, facts_of(args.data, args.split), prompts.EXPLAIN))}
    text = json.dumps(result, indent=1)
    if args.json:
        with open(args.json, "w", encoding="utf-8") as f:
            f.write(text + "\n")
    print(text, file=sys.stdout)


if __name__ == "__main__":
    main()
