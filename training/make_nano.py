#!/usr/bin/python3
"""From a folder of photographs to the demonstration model, by one command that goes on where it was stopped:

    make_nano.py --photos ../shared/data/photos --work ../nano-work

  networks   trains the small generative networks                        WORK/networks/*.pt
  data       real, synthetic and tampered pictures with true answers     WORK/data (SID_Set layout)
  cues       trivial cues must not give the class away                   WORK/cues.json
  vocabulary sentencepiece on the answers                                WORK/vocabulary
  tower      the CLIP tower learns to see manipulations                  WORK/tower.pt
  sam        so does SAM, starting from the tower                        WORK/sam.pt
  detect     SIDA stage 1 around both                                    WORK/detect
  explain    SIDA stage 2: explanations too                              WORK/explain/{model,clip}
  evaluate   on pictures of photographs that were never seen             WORK/evaluation.json
  package    `sida import` and `sida evaluate`, when dotnet is there     --package

--only and --until choose steps; delete a step's output to make it again. --small makes everything tiny, to try the whole way in minutes.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys

import torch

HERE = os.path.dirname(os.path.abspath(__file__))
STEPS = ("networks", "data", "cues", "vocabulary", "tower", "sam", "detect", "explain", "evaluate", "package")


def say(text: str) -> None:
    print(f"--- {text}", flush=True)


class Maker:
    def __init__(self, args):
        self.args, self.work = args, args.work
        os.makedirs(self.work, exist_ok=True)

    def path(self, *parts: str) -> str:
        return os.path.join(self.work, *parts)

    def sizes(self, full: int, small: int) -> int:
        return small if self.args.small else full

    # --- the steps ------------------------------------------------------------------------------------------------

    def networks(self) -> None:
        from nano.networks import GENERATORS
        from nano.photos import split_photos
        from nano.train_networks import train
        photos = split_photos(self.args.photos, self.args.seed)["train"]
        for name in GENERATORS:
            train(name, photos, self.path("networks"), self.sizes(2000, 6), self.args.seed)

    def data(self) -> None:
        from nano.make_data import write
        if os.path.exists(self.path("data", "done")):
            return
        counts = {"train": self.sizes(self.args.pictures, 12), "validation": self.sizes(200, 6), "test": self.sizes(300, 6)}
        write(self.path("data"), self.args.photos, self.path("networks"), counts, self.args.seed, self.args.workers)
        self.mark(self.path("data", "done"), counts)

    def cues(self) -> None:
        from nano.check_cues import check
        if os.path.exists(self.path("cues.json")):
            return
        result = check(self.path("data"))
        self.mark(self.path("cues.json"), result)
        say(f"accuracy on trivial cues (chance 0.33): {result}")

    def vocabulary(self) -> None:
        from nano import vocabulary
        if not os.path.exists(self.path("vocabulary", "tokenizer.model")):
            os.makedirs(self.path("vocabulary"), exist_ok=True)
            vocabulary.train(self.path("vocabulary"), [s.description for s in self.samples("train")], 1200)

    def tower(self) -> None:
        from nano.architecture import CLIP
        from nano.pretrain import Plan, pretrain_tower
        plan = Plan(self.sizes(self.args.tower_steps, 3), self.sizes(16, 6), seed=self.args.seed, workers=self.args.workers, bf16=not self.args.fp32)
        self.trained_tower = pretrain_tower(CLIP, self.samples("train"), self.samples("validation"), plan, self.path("tower.pt"))

    def sam(self) -> None:
        from nano.architecture import SAM
        from nano.pretrain import Plan, pretrain_sam
        if not hasattr(self, "trained_tower"):
            self.tower()
        plan = Plan(self.sizes(self.args.sam_steps, 3), self.sizes(6, 2), 6e-4, seed=self.args.seed, workers=self.args.workers, bf16=not self.args.fp32)
        self.trained_sam = pretrain_sam(SAM, self.trained_tower.tower, self.samples("train"), self.samples("validation"), plan, self.path("sam.pt"))

    def detect(self) -> None:
        from nano import assemble
        from nano.vocabulary import TOKENS
        from sida.tokenizer import Tokenizer
        if not os.path.exists(self.path("start", "clip", "config.json")):
            if not hasattr(self, "trained_sam"):
                self.sam()
            tokenizer = Tokenizer(self.path("vocabulary", "tokenizer.model"), {})
            tokenizer.add(*TOKENS)
            model = assemble.assemble(tokenizer, self.trained_tower, self.trained_sam, self.args.seed)
            assemble.write(model, tokenizer, self.path("start", "model"), self.path("start", "clip"))
        self.train("start", "detect", self.sizes(self.args.detect_steps, 3), "--explain-share", "0.3", "--lr", "1e-3",
                   "--freeze", "vision_tower", "image_encoder")

    def explain(self) -> None:
        self.train("detect", "explain", self.sizes(self.args.explain_steps, 3), "--explain-share", "0.6", "--lr", "5e-4",
                   "--lr-scale", "vision_tower=0.2", "image_encoder=0.2")

    def train(self, start: str, out: str, steps: int, *options: str) -> None:
        """train.py on everything that isn't frozen, questions of all kinds."""
        if os.path.exists(self.path(out, "clip", "config.json")):
            return
        every = max(1, steps // 6)
        self.run([sys.executable, os.path.join(HERE, "train.py"), "--model", self.path(start, "model"), "--vision-tower", self.path(start, "clip"),
                  "--data", self.path("data"), "--out", self.path(out), "--stage", "all", "--steps", str(steps), "--batch", str(self.sizes(4, 2)),
                  "--accumulation", str(self.sizes(3, 1)), "--warmup", str(self.sizes(100, 1)), "--weight-decay", "0.02", "--varied-questions",
                  "--precision", "fp32" if self.args.fp32 else "bf16", "--seed", str(self.args.seed), "--workers", str(self.args.workers),
                  "--threads", str(torch.get_num_threads()), "--validate-every", str(every), "--validation-pictures", str(self.sizes(300, 6)),
                  "--save-every", str(self.sizes(50, 1)), "--export-dtype", "float32", *options])

    def evaluate(self) -> None:
        if not os.path.exists(self.path("evaluation.json")):
            self.run([sys.executable, "-m", "nano.evaluate", "--model", self.path("explain", "model"), "--vision-tower", self.path("explain", "clip"),
                      "--data", self.path("data"), "--json", self.path("evaluation.json"), "--threads", str(torch.get_num_threads()),
                      *(["--limit", "2"] if self.args.small else ["--perturbations"])])

    def package(self) -> None:
        cli = os.path.join(os.path.dirname(HERE), "Sida.Cli")
        if shutil.which("dotnet") is None or self.args.package is None:
            return say("no --package (or no dotnet): import it with\n    sida import " + f"{self.path('explain', 'model')} --vision-tower {self.path('explain', 'clip')} "
                       "--family sida-description --precision f16 --vision-precision f16 --name sida-nano --out models/sida-nano")
        sida = ["dotnet", "run", "--project", cli, "-c", "Release", "--"]
        self.run([*sida, "import", self.path("explain", "model"), "--vision-tower", self.path("explain", "clip"), "--family", "sida-description",
                  "--precision", "f16", "--vision-precision", "f16", "--name", "sida-nano", "--out", self.args.package])
        self.run([*sida, "evaluate", self.path("data"), "--split", "test", "--model", self.args.package, "--json", self.path("sida-evaluate.json")])

    # --- help -----------------------------------------------------------------------------------------------------

    def samples(self, split: str):
        from fit.data import read_set
        return read_set(self.path("data"), split)

    def mark(self, path: str, content) -> None:
        with open(path, "w", encoding="utf-8") as f:
            json.dump(content, f, indent=1)

    def run(self, command) -> None:
        done = subprocess.run(command, cwd=HERE)
        if done.returncode:
            sys.exit(f"failed: {' '.join(command)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a = parser.add_argument
    a("--photos", required=True), a("--work", required=True), a("--package", help="folder of the finished model package")
    a("--seed", type=int, default=1), a("--threads", type=int, default=2), a("--workers", type=int, default=2)
    a("--pictures", type=int, default=5000, help="training pictures a class")
    a("--tower-steps", type=int, default=9000), a("--sam-steps", type=int, default=4000)
    a("--detect-steps", type=int, default=800), a("--explain-steps", type=int, default=800)
    a("--fp32", action="store_true", help="no bfloat16 (for processors without AMX or AVX512-BF16 it is the faster choice)")
    a("--small", action="store_true"), a("--only", nargs="+", choices=STEPS), a("--until", choices=STEPS)
    args = parser.parse_args()
    args.work, args.photos = os.path.abspath(args.work), os.path.abspath(args.photos)
    args.package = os.path.abspath(args.package) if args.package else None
    torch.set_num_threads(args.threads)
    maker = Maker(args)
    wanted = args.only or STEPS[:STEPS.index(args.until) + 1 if args.until else len(STEPS)]
    for step in wanted:
        say(step)
        getattr(maker, step)()


if __name__ == "__main__":
    main()
