"""Properties that goldens can't show: cache = no cache, grouped queries, windows, checkpointing."""
import pytest
import torch

from sida.config import ClipConfig, LlamaConfig, SamConfig
from sida.clip import ClipTower
from sida.llama import KVCache, Llama
from sida.sam_image_encoder import ImageEncoder, from_windows, to_windows

LLAMA = LlamaConfig(vocab_size=50, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2)
SAM = SamConfig(image_size=128, embed_dim=32, depth=3, num_heads=2, mlp_dim=64, global_blocks=(2,), window_size=3, out_chans=16)


@torch.no_grad()
def test_cache_gives_the_same_states():
    llama, x = Llama(LLAMA), torch.randn(1, 9, 32)
    cache = KVCache(LLAMA, 1, 9, x)
    pieces = torch.cat([llama(x[:, :5], cache), llama(x[:, 5:6], cache), llama(x[:, 6:], cache)], dim=1)
    assert torch.allclose(llama(x), pieces, atol=1e-5)


@torch.no_grad()
def test_right_padding_is_invisible():
    llama, x = Llama(LLAMA), torch.randn(1, 9, 32)
    assert torch.allclose(llama(x)[:, :6], llama(x[:, :6]), atol=1e-5)


@torch.no_grad()
def test_grouped_queries_equal_repeated_heads():
    full = Llama(LlamaConfig(**{**vars(LLAMA), "num_key_value_heads": 4}))
    grouped = Llama(LLAMA)
    state = grouped.state_dict()
    for name in list(state):
        if "k_proj" in name or "v_proj" in name:
            state[name] = state[name].view(2, 8, 32).repeat_interleave(2, dim=0).reshape(32, 32)
    full.load_state_dict(state)
    x = torch.randn(2, 6, 32)
    assert torch.allclose(full(x), grouped(x), atol=1e-5)


def test_windows_and_back():
    x = torch.randn(2, 8, 8, 5)
    windows = to_windows(x, 3)
    assert windows.shape == (2 * 9, 3, 3, 5) and windows[-1, 2:].abs().sum() == 0
    assert torch.equal(from_windows(windows, 2, 8), x)


@pytest.mark.parametrize("part,shape", [(ImageEncoder(SAM), (1, 3, 128, 128)), (ClipTower(ClipConfig(28, 14, 32, 64, 3, 2)), (2, 3, 28, 28))])
def test_gradient_checkpointing_changes_nothing(part, shape):
    x, gradients = torch.randn(shape), []
    for part.checkpointing in (False, True):
        part.zero_grad()
        part(x).square().sum().backward()
        gradients.append([p.grad.clone() for p in part.parameters() if p.grad is not None])
    assert all(torch.allclose(a, b, atol=1e-4, rtol=1e-3) for a, b in zip(*gradients))
