"""What is trained in each stage, by official parameter name."""
import re
from dataclasses import dataclass
from typing import List, Tuple

from sida.model import SidaModel

HEADS = ("text_hidden_fcs", "cls_head", "sida_fc1", "attention_layer")


@dataclass(frozen=True)
class Stage:
    """Patterns are searched in names like `model.visual_model.mask_decoder...`; LoRA's own matrices are always trained."""
    trainable: Tuple[str, ...]
    mask_weight: float
    cls_weight: float
    text_weight: float
    lora: bool


STAGES = {
    # Detection and localisation. No text loss: the official stage 1 doesn't train the language model to write.
    "1": Stage(("model.embed_tokens", "visual_model.mask_decoder", *HEADS), 1.0, 1.0, 0.0, lora=True),
    # Explanation. The official script freezes text_hidden_fcs, sida_fc1 and attention_layer here (after re-creating them at
    # random, see README); so do we, but with their stage-1 values. embed_tokens: only the new [END] row has to move, and it
    # can't be split off, so the table is trained as it is officially when [END] is new.
    "2": Stage(("lm_head", "visual_model.mask_decoder", "cls_head", "model.embed_tokens"), 0.5, 0.5, 1.0, lora=True),
    # Everything, from scratch or not: for models small enough.
    "all": Stage((".",), 1.0, 1.0, 1.0, lora=False),
}
# Parts that SIDA's forward pass never touches: point, box and mask prompts, the outputs of the multi-mask mode, CLIP's last norm.
NEVER = re.compile(r"prompt_encoder\.(?!no_mask_embed)|iou_prediction_head|output_hypernetworks_mlps\.[1-9]|post_layernorm")


def freeze(model: SidaModel, stage: Stage, also: Tuple[str, ...] = (), but_not: Tuple[str, ...] = ()) -> List[str]:
    """Sets requires_grad everywhere; returns the trainable names."""
    wanted = re.compile("|".join((*stage.trainable, *also)))
    excluded = re.compile("|".join(but_not)) if but_not else None
    clip = model.settings.clip
    unused = tuple(f"vision_tower.vision_model.encoder.layers.{i}." for i in range(clip.select_layer % (clip.num_hidden_layers + 1), clip.num_hidden_layers))
    names: List[str] = []
    for name, parameter in model.named_parameters():
        train = bool(".lora_" in name or wanted.search(name)) and not (excluded and excluded.search(name))
        train = train and not NEVER.search(name) and not name.startswith(unused)
        parameter.requires_grad_(train)
        if train:
            names.append(name)
    if not names:
        raise ValueError("nothing would be trained: check --train and --freeze")
    return names
