"""The assembled network. State-dict names are the official ones, so a published folder loads without renaming;
the CLIP tower has a folder of its own (`vision_tower.` here, left out of the main checkpoint)."""
from typing import List, Optional, Tuple

import torch
from torch import nn
import torch.nn.functional as F

from .clip import ClipTower
from .config import SamConfig, SidaConfig
from .heads import fuse, make_cls_head, make_text_hidden_fcs
from .llama import KVCache, Llama
from .lora import add_lora
from .sam_image_encoder import ImageEncoder
from .sam_mask_decoder import MaskDecoder
from .sam_prompt_encoder import PromptEncoder

IMAGE_TOKEN = -200        # stands in the ids where the N image features go


class Sam(nn.Module):
    def __init__(self, config: SamConfig):
        super().__init__()
        self.image_encoder = ImageEncoder(config)
        self.prompt_encoder = PromptEncoder(config)
        self.mask_decoder = MaskDecoder(config)


class SidaBody(Llama):
    """What the official state dict calls `model.`: the language model with everything that hangs on it."""

    def __init__(self, config: SidaConfig):
        super().__init__(config.llama)
        hidden, p = config.llama.hidden_size, config.sam.out_chans
        self.mm_projector = nn.Linear(config.clip.hidden_size, hidden)
        self.visual_model = Sam(config.sam)
        self.text_hidden_fcs = make_text_hidden_fcs(hidden, p)
        self.cls_head = make_cls_head(hidden, config.num_classes)
        self.sida_fc1 = nn.Linear(config.num_classes, p)
        self.attention_layer = nn.MultiheadAttention(p, config.fusion_heads, batch_first=True)


class SidaModel(nn.Module):
    def __init__(self, config: SidaConfig):
        super().__init__()
        self.settings = config
        self.model = SidaBody(config)
        self.lm_head = nn.Linear(config.llama.hidden_size, config.llama.vocab_size, bias=False)
        self.vision_tower = ClipTower(config.clip)
        if config.lora is not None:
            add_lora(self.model.layers, config.lora)

    @property
    def dtype(self) -> torch.dtype:
        return self.lm_head.weight.dtype

    def grow_vocabulary(self, size: int) -> None:
        """New rows at the end of the embedding table and of lm_head, drawn like LLaMA's initial ones (std 0.02)."""
        for owner, name in ((self.model, "embed_tokens"), (self, "lm_head")):
            old = getattr(owner, name)
            rows, width = old.weight.shape
            if size < rows:
                raise ValueError(f"{name} has {rows} rows already; it can't shrink to {size}")
            fresh = old.weight.new_empty(size - rows, width).normal_(std=0.02)
            old.weight = nn.Parameter(torch.cat((old.weight.data, fresh)), requires_grad=old.weight.requires_grad)
        self.model.embed_tokens.num_embeddings = self.lm_head.out_features = self.settings.llama.vocab_size = size

    # --- language -----------------------------------------------------------------------------------------------

    def image_features(self, clip_pixels: torch.Tensor) -> torch.Tensor:
        """(B, 3, S, S) -> projected image tokens (B, N, H)."""
        return self.model.mm_projector(self.vision_tower(clip_pixels))

    def embed(self, ids: torch.Tensor, features: torch.Tensor) -> torch.Tensor:
        """ids (L) with one IMAGE_TOKEN, features (N, H) -> (L - 1 + N, H)."""
        where = (ids == IMAGE_TOKEN).nonzero().flatten().tolist()
        if len(where) != 1:
            raise ValueError(f"the prompt must hold exactly one <image>, found {len(where)}")
        i = where[0]
        table = self.model.embed_tokens
        return torch.cat((table(ids[:i]), features.to(table.weight.dtype), table(ids[i + 1:])))

    def hidden_states(self, ids: List[torch.Tensor], features: torch.Tensor) -> torch.Tensor:
        """A batch of full sequences, padded on the right: (B, longest expanded length, H) after the final norm."""
        rows = [self.embed(i, f) for i, f in zip(ids, features)]
        return self.model(nn.utils.rnn.pad_sequence(rows, batch_first=True))

    def new_cache(self, capacity: int) -> KVCache:
        return KVCache(self.settings.llama, 1, capacity, self.lm_head.weight)

    # --- verdict and mask ---------------------------------------------------------------------------------------

    def class_logits(self, hidden: torch.Tensor) -> torch.Tensor:
        """Hidden states that PREDICT [CLS] (n, H) -> (n, 3): real, full synthetic, tampered."""
        return self.model.cls_head[0](hidden)

    def prompt_embeddings(self, first_class_logits: torch.Tensor, seg_hidden: torch.Tensor) -> torch.Tensor:
        """(3) and the hidden states that predict [SEG] (n, H) -> fused prompt embeddings (n, P)."""
        seg = self.model.text_hidden_fcs[0](seg_hidden)
        return fuse(self.model.attention_layer, self.model.sida_fc1, first_class_logits, seg)[0]

    def image_embedding(self, sam_pixels: torch.Tensor) -> torch.Tensor:
        """(B, 3, S, S) -> (B, P, g, g)."""
        return self.model.visual_model.image_encoder(sam_pixels)

    def low_res_masks(self, image_embedding: torch.Tensor, prompts: torch.Tensor) -> torch.Tensor:
        """(1, P, g, g) or (n, P, g, g), and (n, P) -> mask logits (n, 4g, 4g): each prompt is one sparse token, mask 0."""
        prompt_encoder, decoder = self.model.visual_model.prompt_encoder, self.model.visual_model.mask_decoder
        dense = prompt_encoder.dense(prompts.shape[0])
        masks, _ = decoder(image_embedding, prompt_encoder.dense_position(), prompts[:, None], dense)
        return masks[:, 0]

    def full_masks(self, low_res: torch.Tensor, resized: Tuple[int, int], original: Optional[Tuple[int, int]] = None) -> torch.Tensor:
        """(n, 4g, 4g) -> logits at the resized picture's size, or at the original size: bilinear to S x S, crop of the
        padding, bilinear again (SAM's post-processing)."""
        side = self.settings.sam.image_size
        masks = F.interpolate(low_res[:, None].float(), (side, side), mode="bilinear", align_corners=False)
        masks = masks[..., :resized[0], :resized[1]]
        if original is not None:
            masks = F.interpolate(masks, original, mode="bilinear", align_corners=False)
        return masks[:, 0]
