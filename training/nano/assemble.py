"""The untrained SIDA around the two trained vision parts, as a HuggingFace folder that train.py starts from."""
import torch
from torch import nn

from sida import checkpoint
from sida.model import SidaModel
from sida.tokenizer import Tokenizer

from . import architecture
from .pretrain import DenseTower, PromptedSam


@torch.no_grad()
def assemble(tokenizer: Tokenizer, tower: DenseTower, sam: PromptedSam, seed: int) -> SidaModel:
    torch.manual_seed(seed)
    model = SidaModel(architecture.config(len(tokenizer)))
    for table in (model.model.embed_tokens, model.lm_head):
        table.weight.normal_(std=0.05)
    for layer in model.model.layers:                               # residual branches start small
        for linear in (layer.self_attn.o_proj, layer.mlp.down_proj):
            linear.weight.div_((2 * len(model.model.layers)) ** 0.5)
    model.vision_tower.load_state_dict(tower.tower.state_dict())
    model.model.visual_model.load_state_dict(sam.sam.state_dict())
    last: nn.Linear = model.model.text_hidden_fcs[0][2]            # starts by giving every [SEG] the prompt that SAM was trained with
    last.weight.mul_(0.1)
    last.bias.copy_(sam.prompt)
    # Fusion adds an attention over the [SEG] embedding itself: start by adding nothing.
    model.model.attention_layer.out_proj.weight.mul_(0.1)
    model.model.attention_layer.out_proj.bias.zero_()
    return model


def write(model: SidaModel, tokenizer: Tokenizer, folder: str, tower_folder: str) -> None:
    checkpoint.save(model, tokenizer, folder, tower_folder, torch.float32)
