"""Published folders in, published folders out: config.json, pytorch_model*.bin or *.safetensors (single or sharded),
tokenizer files, and a CLIP folder beside it. Sizes that no config names (SAM's) are read from the weights' shapes."""
import glob
import json
import os
from collections import OrderedDict
from contextlib import contextmanager
from typing import Dict, List, Optional, Tuple

import torch
from torch import nn

from . import safetensors
from .config import ClipConfig, LlamaConfig, SamConfig, SidaConfig
from .model import SidaModel
from .tokenizer import Tokenizer

State = Dict[str, torch.Tensor]
SAM = "model.visual_model."
DTYPES = {"float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16}


# --- reading ------------------------------------------------------------------------------------------------------

def read_json(folder: str, name: str) -> dict:
    path = os.path.join(folder, name)
    if not os.path.exists(path):
        return {}
    with open(path, encoding="utf-8") as f:
        return json.load(f)


def weight_files(folder: str) -> List[str]:
    for pattern in ("model.safetensors.index.json", "pytorch_model.bin.index.json"):
        index = read_json(folder, pattern)
        if index:
            return [os.path.join(folder, os.path.basename(n)) for n in sorted(set(index["weight_map"].values()))]
    for pattern in ("*.safetensors", "pytorch_model*.bin"):
        found = sorted(glob.glob(os.path.join(folder, pattern)))
        if found:
            return found
    raise FileNotFoundError(f"{folder}: no pytorch_model*.bin and no *.safetensors")


def read_weights(folder: str, dtype: Optional[torch.dtype] = None) -> State:
    state: State = {}
    for path in weight_files(folder):
        part = safetensors.read(path) if path.endswith(".safetensors") else torch.load(path, map_location="cpu", weights_only=True)
        for name, tensor in part.items():
            state[name] = tensor.to(dtype) if dtype is not None and tensor.is_floating_point() else tensor
    return state


def read_llama_config(config: dict, state: State) -> LlamaConfig:
    heads = config["num_attention_heads"]
    return LlamaConfig(
        vocab_size=state["model.embed_tokens.weight"].shape[0], hidden_size=config["hidden_size"],
        intermediate_size=config["intermediate_size"], num_hidden_layers=config["num_hidden_layers"], num_attention_heads=heads,
        num_key_value_heads=config.get("num_key_value_heads") or heads, rms_norm_eps=config["rms_norm_eps"],
        rope_theta=config.get("rope_theta", 10000.0), max_position_embeddings=config.get("max_position_embeddings", 2048))


def _count(state: State, prefix: str) -> int:
    return 1 + max(int(n[len(prefix):].split(".")[0]) for n in state if n.startswith(prefix))


def read_sam_config(state: State) -> SamConfig:
    shape = {n[len(SAM):]: tuple(t.shape) for n, t in state.items() if n.startswith(SAM)}
    dim, _, patch, _ = shape["image_encoder.patch_embed.proj.weight"]
    grid = shape["image_encoder.pos_embed"][1]
    depth = _count(state, SAM + "image_encoder.blocks.")
    sizes = [(shape[f"image_encoder.blocks.{i}.attn.rel_pos_h"][0] + 1) // 2 for i in range(depth)]
    window = next((s for s in sizes if s != grid), 0)              # every block global: no window
    return SamConfig(
        image_size=grid * patch, patch_size=patch, embed_dim=dim, depth=depth,
        num_heads=dim // shape["image_encoder.blocks.0.attn.rel_pos_h"][1], mlp_dim=shape["image_encoder.blocks.0.mlp.lin1.weight"][0],
        global_blocks=tuple(i for i, s in enumerate(sizes) if s == grid), window_size=window,
        out_chans=shape["image_encoder.neck.0.weight"][0], decoder_depth=_count(state, SAM + "mask_decoder.transformer.layers."),
        decoder_mlp_dim=shape["mask_decoder.transformer.layers.0.mlp.lin1.weight"][0],
        mask_in_chans=shape["prompt_encoder.mask_downscaling.3.weight"][0], num_mask_tokens=shape["mask_decoder.mask_tokens.weight"][0])


def read_clip_config(folder: str, select_layer: int) -> ClipConfig:
    config, pre = read_json(folder, "config.json"), read_json(folder, "preprocessor_config.json")
    vision = config.get("vision_config", config)

    def side(value, *keys):
        return next(value[k] for k in keys if k in value) if isinstance(value, dict) else value
    size = vision["image_size"]
    return ClipConfig(
        image_size=size, patch_size=vision["patch_size"], hidden_size=vision["hidden_size"], intermediate_size=vision["intermediate_size"],
        num_hidden_layers=vision["num_hidden_layers"], num_attention_heads=vision["num_attention_heads"],
        layer_norm_eps=vision.get("layer_norm_eps", 1e-5), hidden_act=vision.get("hidden_act", "quick_gelu"), select_layer=select_layer,
        resize_shortest=side(pre.get("size", size), "shortest_edge", "height"),
        **{key: tuple(pre[key]) for key in ("image_mean", "image_std") if key in pre})


@contextmanager
def no_initialisation():
    """Modules built inside keep whatever memory they got: every weight is about to be loaded."""
    saved = {cls: cls.reset_parameters for cls in (nn.Linear, nn.Embedding, nn.Conv2d, nn.ConvTranspose2d)}
    try:
        for cls in saved:
            cls.reset_parameters = lambda self: None
        yield
    finally:
        for cls, method in saved.items():
            cls.reset_parameters = method


def load(folder: str, vision_tower: str, dtype: torch.dtype = torch.float32, fresh: Tuple[str, ...] = ()) -> Tuple[SidaModel, Tokenizer]:
    """Reads an official SIDA folder and its CLIP folder. Refuses with the names of missing or unexpected tensors; only the heads
    named in `fresh` may be missing and start anew (a LISA folder has no cls_head, sida_fc1 and attention_layer)."""
    raw, state, tower = read_json(folder, "config.json"), read_weights(folder, dtype), read_weights(vision_tower, dtype)
    tokenizer = Tokenizer.from_folder(folder)
    config = SidaConfig(
        llama=read_llama_config(raw, state), sam=read_sam_config(state),
        clip=read_clip_config(vision_tower, raw.get("mm_vision_select_layer", -2)),
        num_classes=len(state.get("model.cls_head.0.3.weight", (0, 1, 2))),
        bos_token_id=raw.get("bos_token_id", 1), eos_token_id=raw.get("eos_token_id", 2), pad_token_id=raw.get("pad_token_id", 0),
        family="sida-description" if "[END]" in tokenizer.added or "description" in os.path.basename(folder.rstrip("/")) else "sida")
    default = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        with no_initialisation():
            model = SidaModel(config)
    finally:
        torch.set_default_dtype(default)
    for head in fresh:
        if not any(n.startswith(f"model.{head}.") for n in state):
            initialise(getattr(model.model, head))
            state.update({f"model.{head}.{n}": t for n, t in getattr(model.model, head).state_dict().items()})
    # rotary inv_freq is saved rounded to bf16 and unused; the CLIP folder may hold the text side too.
    load_exactly(model, {n: t for n, t in state.items() if not n.endswith("rotary_emb.inv_freq")}, folder, but_not="vision_tower.")
    load_exactly(model.vision_tower, {n: t for n, t in tower.items() if n.startswith("vision_model.") and not n.endswith("position_ids")}, vision_tower)
    return model.eval(), tokenizer


def initialise(part: nn.Module) -> None:
    """PyTorch's default initialisation of every layer inside."""
    for module in part.modules():
        reset = getattr(module, "reset_parameters", None) or getattr(module, "_reset_parameters", None)
        if reset is not None:
            reset()


def load_exactly(module: nn.Module, state: State, source: str, but_not: str = "\0") -> None:
    wanted = {n: tuple(t.shape) for n, t in module.state_dict().items() if not n.startswith(but_not)}
    missing, unexpected = sorted(wanted.keys() - state.keys()), sorted(state.keys() - wanted.keys())
    wrong = [f"{n} is {tuple(state[n].shape)}, should be {wanted[n]}" for n in sorted(wanted.keys() & state.keys()) if tuple(state[n].shape) != wanted[n]]
    problems = [f"missing: {', '.join(missing)}"] * bool(missing) + [f"unexpected: {', '.join(unexpected)}"] * bool(unexpected) + wrong
    if problems:
        raise ValueError(f"{source}: " + "; ".join(problems))
    module.load_state_dict(state, strict=False)


# --- writing ------------------------------------------------------------------------------------------------------

def config_json(config: SidaConfig, dtype: torch.dtype) -> dict:
    l = config.llama
    return {
        "architectures": ["SIDAForCausalLM"], "model_type": "llava", "hidden_act": "silu", "hidden_size": l.hidden_size,
        "intermediate_size": l.intermediate_size, "num_hidden_layers": l.num_hidden_layers, "num_attention_heads": l.num_attention_heads,
        "num_key_value_heads": l.num_key_value_heads, "rms_norm_eps": l.rms_norm_eps, "vocab_size": l.vocab_size,
        "max_position_embeddings": l.max_position_embeddings, "max_length": 4096, "rope_scaling": None,
        "tie_word_embeddings": False, "pretraining_tp": 1, "use_cache": False, "initializer_range": 0.02,
        "bos_token_id": config.bos_token_id, "eos_token_id": config.eos_token_id, "pad_token_id": config.pad_token_id,
        "mm_hidden_size": config.clip.hidden_size, "mm_use_im_start_end": True, "mm_use_im_patch_token": False, "use_mm_proj": True,
        "mm_vision_select_feature": "patch", "mm_vision_select_layer": config.clip.select_layer, "image_aspect_ratio": "square",
        "vision_tower": "openai/clip-vit-large-patch14", "out_dim": config.sam.out_chans, "train_mask_decoder": True,
        "torch_dtype": str(dtype).replace("torch.", ""), "transformers_version": "4.31.0"}


def clip_json(c: ClipConfig) -> Tuple[dict, dict]:
    vision = {
        "model_type": "clip_vision_model", "hidden_act": c.hidden_act, "hidden_size": c.hidden_size, "image_size": c.image_size,
        "intermediate_size": c.intermediate_size, "layer_norm_eps": c.layer_norm_eps, "num_attention_heads": c.num_attention_heads,
        "num_channels": 3, "num_hidden_layers": c.num_hidden_layers, "patch_size": c.patch_size, "projection_dim": c.hidden_size}
    preprocessor = {
        "crop_size": c.image_size, "do_center_crop": True, "do_normalize": True, "do_resize": True, "feature_extractor_type": "CLIPFeatureExtractor",
        "image_mean": list(c.image_mean), "image_std": list(c.image_std), "resample": 3, "size": c.resize_shortest}
    return {"architectures": ["CLIPModel"], "model_type": "clip", "projection_dim": c.hidden_size, "vision_config": vision}, preprocessor


def write_json(folder: str, name: str, content: dict) -> None:
    with open(os.path.join(folder, name), "w", encoding="utf-8") as f:
        json.dump(content, f, indent=2, sort_keys=True)
        f.write("\n")


def write_weights(folder: str, state: State, stem: str, extension: str, shard_bytes: int) -> None:
    shards: List[State] = [OrderedDict()]
    size = 0
    for name, tensor in state.items():
        nbytes = tensor.numel() * tensor.element_size()
        if size and size + nbytes > shard_bytes:
            shards.append(OrderedDict())
            size = 0
        shards[-1][name] = tensor
        size += nbytes
    weight_map = {}
    for i, shard in enumerate(shards):
        file = f"{stem}.{extension}" if len(shards) == 1 else f"{stem}-{i + 1:05d}-of-{len(shards):05d}.{extension}"
        if extension == "bin":
            torch.save(shard, os.path.join(folder, file))
        else:
            safetensors.write(os.path.join(folder, file), shard)
        weight_map.update({name: file for name in shard})
    if len(shards) > 1:
        total = sum(t.numel() * t.element_size() for t in state.values())
        write_json(folder, f"{stem}.{extension}.index.json", {"metadata": {"total_size": total}, "weight_map": weight_map})


def save(model: SidaModel, tokenizer: Tokenizer, folder: str, vision_tower: str, dtype: torch.dtype = torch.bfloat16,
         clip_dtype: torch.dtype = torch.float32, shard_bytes: int = 9 << 30, safe: bool = False) -> None:
    """Writes both folders as the official tools do (LoRA must have been merged)."""
    state = model.state_dict()
    if any(".lora_" in n for n in state):
        raise ValueError("merge the LoRA adapters before saving (sida.lora.merge_lora)")
    os.makedirs(folder, exist_ok=True)
    os.makedirs(vision_tower, exist_ok=True)
    main = OrderedDict((n, t.to(dtype).clone()) for n, t in state.items() if not n.startswith("vision_tower."))
    tower = OrderedDict((n, t.to(clip_dtype).clone()) for n, t in model.vision_tower.state_dict().items())
    stem, extension = ("model", "safetensors") if safe else ("pytorch_model", "bin")
    write_weights(folder, main, stem, extension, shard_bytes)
    write_weights(vision_tower, tower, stem, extension, shard_bytes)
    config = config_json(model.settings, dtype)
    write_json(folder, "config.json", config)
    write_json(folder, "generation_config.json", {
        "_from_model_config": True, "use_cache": False, "transformers_version": "4.31.0",
        **{k: config[k] for k in ("bos_token_id", "eos_token_id", "pad_token_id", "max_length")}})
    tokenizer.save(folder)
    clip_config, preprocessor = clip_json(model.settings.clip)
    write_json(vision_tower, "config.json", clip_config)
    write_json(vision_tower, "preprocessor_config.json", preprocessor)
