#!/usr/bin/python3
"""From a folder of photographs to the demonstration model, by one command that goes on where it was stopped:

    python3 -m nano.free_photos --out ../free-photos                  (once: further photographs to learn from)
    make_nano.py --photos ../shared/data/photos ../free-photos --work ../nano-work [--device cuda]

  networks   trains the small generative networks                        WORK/networks/*.pt
  data       real, synthetic and tampered pictures with true answers     WORK/generated-pictures (SID_Set layout)
  cues       trivial cues must not give the class away                   WORK/cues.json
  vocabulary sentencepiece on the answers                                WORK/vocabulary
  views      what the given layers of both vision parts see              WORK/given.pt, WORK/views
  tower      the CLIP tower learns to see manipulations                  WORK/tower.pt
  sam        so does SAM, starting from the tower                        WORK/sam.pt
  language   the language model judges and explains around both          WORK/language.pt, WORK/sida-nano{,-clip}
  evaluate   on pictures of photographs that were never seen             WORK/evaluation.json
  package    `sida import`, `sida evaluate` and the card's figures,      --package
             when dotnet is there

--only and --until choose steps; delete a step's output to make it again, or give more steps to go on with it. --small makes everything
tiny, to try the whole way in minutes.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys

import torch

HERE = os.path.dirname(os.path.abspath(__file__))
STEPS = ("networks", "data", "cues", "vocabulary", "views", "tower", "sam", "language", "evaluate", "package")
VISION_DECAY = 0.1                     # of the weights: the vision parts come to know photographs by heart


def say(text: str) -> None:
    print(f"--- {text}", flush=True)


class Maker:
    def __init__(self, args):
        self.args, self.work, self.made = args, args.work, {}
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
        photos = split_photos(self.args.photos[:1], self.args.seed)["train"]           # so that further photographs don't change what they draw
        for name in GENERATORS:
            train(name, photos, self.path("networks"), self.sizes(self.args.network_steps, 6), self.args.seed, device=self.args.device)

    def data(self) -> None:
        from nano.make_data import write
        if os.path.exists(self.path("generated-pictures", "done")):
            return
        counts = {"validation": self.sizes(140, 6), "train": self.sizes(self.args.pictures, 12), "test": self.sizes(200, 6)}
        write(self.path("generated-pictures"), self.args.photos, self.path("networks"), counts, self.args.seed, self.args.workers, self.args.scenes)
        self.mark(self.path("generated-pictures", "done"), counts)

    def cues(self) -> None:
        from nano.check_cues import check
        if os.path.exists(self.path("cues.json")):
            return
        result = check(self.path("generated-pictures"))
        self.mark(self.path("cues.json"), result)
        say(f"accuracy on trivial cues (chance 0.33): {result}")

    def vocabulary(self) -> None:
        from nano import vocabulary
        if not os.path.exists(self.path("vocabulary", "tokenizer.model")):
            os.makedirs(self.path("vocabulary"), exist_ok=True)
            vocabulary.train(self.path("vocabulary"), [s.description for s in self.samples("train")], 1200)

    def tokenizer(self):
        from nano.vocabulary import TOKENS
        from sida.tokenizer import Tokenizer
        tokenizer = Tokenizer(self.path("vocabulary", "tokenizer.model"), {})
        tokenizer.add(*TOKENS)
        return tokenizer

    def given(self):
        """The tower with its given layers, the same whenever it is asked for. With --start it has the package's learnt ones, too."""
        from nano.architecture import CLIP
        from nano.published import tower_of
        from nano.views import tower_with_given_layers
        from fit import state
        from sida.clip import ClipTower
        path = self.path("given.pt")
        if not os.path.exists(path):
            found = tower_of(self.args.start, CLIP) if self.args.start else tower_with_given_layers(CLIP, self.samples("train"), self.args.seed)
            state.write(path, found.state_dict())
        tower = ClipTower(CLIP)
        tower.load_state_dict(state.read(path))
        return tower

    def views_of(self, part: str, split: str, variants: int):
        """Made once; SAM only ever sees tampered pictures."""
        from nano.views import Views
        key = f"{part}-{split}"
        if key not in self.made:
            samples = [s for s in self.samples(split) if part == "clip" or s.label == 2]
            self.made[key] = Views(self.path("views", key), samples, self.given(), part == "sam", variants, self.args.seed, self.args.workers, self.args.device)
        return self.made[key]

    def views(self) -> None:
        for part in ("clip", "sam"):
            for split, variants in (("validation", 1), ("train", self.args.variants)):
                self.views_of(part, split, variants)

    def tower(self) -> None:
        from nano.published import trunk_of
        from nano.tower import train_tower
        if not hasattr(self, "trained_tower"):
            rate, start = (7e-4, trunk_of(self.given())) if self.args.start else (1.5e-3, None)
            self.trained_tower = train_tower(self.views_of("clip", "train", self.args.variants), self.views_of("clip", "validation", 1),
                                             self.plan(self.args.tower_steps, 16, rate, VISION_DECAY), self.path("tower.pt"), start)

    def sam(self) -> None:
        from nano.architecture import CLIP, SAM
        from nano.localise import train_sam
        from nano.published import sam_of
        if not hasattr(self, "trained_sam"):
            self.tower()
            rate, start = (5e-4, sam_of(self.args.start, SAM, CLIP)) if self.args.start else (1e-3, None)
            self.trained_sam = train_sam(SAM, self.trained_tower.trunk, self.views_of("sam", "train", self.args.variants), self.views_of("sam", "validation", 1),
                                         self.plan(self.args.sam_steps, 16, rate, VISION_DECAY), self.path("sam.pt"), start)

    def language(self) -> None:
        from nano import architecture, converse
        if os.path.exists(self.path("sida-nano-clip", "config.json")):
            return
        self.sam()
        tokenizer = self.tokenizer()
        model = converse.assemble(architecture.config(len(tokenizer)), self.given(), self.trained_tower, self.trained_sam, self.args.seed)
        converse.train_language(model, self.trained_tower, tokenizer, self.trained_sam.prompt, self.views_of("clip", "train", self.args.variants),
                                self.views_of("clip", "validation", 1), self.plan(self.args.language_steps, 12, 1e-3), self.path("language.pt"))
        converse.write(model, tokenizer, self.path("sida-nano"), self.path("sida-nano-clip"))

    def evaluate(self) -> None:
        if not os.path.exists(self.path("evaluation.json")):
            self.run([sys.executable, "-m", "nano.evaluate", "--model", self.path("sida-nano"), "--vision-tower", self.path("sida-nano-clip"),
                      "--data", self.path("generated-pictures"), "--json", self.path("evaluation.json"), "--threads", str(torch.get_num_threads()), "--device", self.args.device,
                      *(["--limit", "2"] if self.args.small else [])])

    def package(self) -> None:
        cli = os.path.join(os.path.dirname(HERE), "Sida.Cli")
        if shutil.which("dotnet") is None or self.args.package is None:
            return say("no --package (or no dotnet): import it with\n    sida import " + f"{self.path('sida-nano')} --vision-tower {self.path('sida-nano-clip')} "
                       "--family sida-description --precision f16 --vision-precision f16 --name 'Demonstration model' --out models/sida-nano")
        sida = ["dotnet", "run", "--project", cli, "-c", "Release", "--"]
        self.run([*sida, "import", self.path("sida-nano"), "--vision-tower", self.path("sida-nano-clip"), "--family", "sida-description",
                  "--precision", "f16", "--vision-precision", "f16", "--name", "Demonstration model", "--out", self.args.package])
        shutil.copy(os.path.join(HERE, "nano", "MODEL_CARD.md"), self.args.package)
        self.run([*sida, "evaluate", self.path("generated-pictures"), "--split", "test", "--model", self.args.package, "--json", self.path("sida-evaluate.json"), "--record"])
        shutil.rmtree(self.path("perturbed"), ignore_errors=True)
        self.run([sys.executable, "-m", "nano.card", "--data", self.path("generated-pictures"), "--copies", self.path("perturbed"), "--package", self.args.package])

    # --- help -----------------------------------------------------------------------------------------------------

    def samples(self, split: str):
        from fit.data import read_set
        return read_set(self.path("generated-pictures"), split)

    def plan(self, steps: int, batch: int, lr: float, weight_decay: float = 0.03):
        from nano.learn import Plan
        batch *= 4 if self.args.device.startswith("cuda") else 1
        return Plan(self.sizes(steps, 3), self.sizes(batch, 6), lr, weight_decay, seed=self.args.seed, device=self.args.device, bf16=not self.args.fp32)

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
    a("--photos", required=True, nargs="+", help="folders of photographs; all but the first are for training only")
    a("--work", required=True), a("--package", help="folder of the finished model package")
    a("--start", help="folder of a model package whose vision parts learn further, instead of new ones; with its --seed, or it is tested on photographs that it learnt from")
    a("--seed", type=int, default=1), a("--threads", type=int, default=2), a("--workers", type=int, default=2)
    a("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    a("--pictures", type=int, default=4000, help="training pictures of the largest class"), a("--variants", type=int, default=2, help="views of each: 76 KB each")
    a("--network-steps", type=int, default=2000), a("--tower-steps", type=int, default=20000)
    a("--sam-steps", type=int, default=5000), a("--language-steps", type=int, default=2000)
    a("--scenes", action="store_true", help="more scenes from each training photograph (nano/scenes.py); wants more tower steps")
    a("--fp32", action="store_true", help="no bfloat16 (for processors without AMX or AVX512-BF16 it is the faster choice)")
    a("--small", action="store_true"), a("--only", nargs="+", choices=STEPS), a("--until", choices=STEPS)
    args = parser.parse_args()
    args.work, args.photos = os.path.abspath(args.work), [os.path.abspath(folder) for folder in args.photos]
    args.package, args.start = (os.path.abspath(folder) if folder else None for folder in (args.package, args.start))
    torch.set_num_threads(args.threads)
    torch.set_flush_denormal(True)                                 # gelu makes many, and they are slow
    maker = Maker(args)
    wanted = args.only or STEPS[:STEPS.index(args.until) + 1 if args.until else len(STEPS)]
    for step in wanted:
        say(step)
        getattr(maker, step)()


if __name__ == "__main__":
    main()
