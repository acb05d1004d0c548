"""Losses and their gradients against values worked out by hand."""
import math

import pytest
import torch

from fit import losses
from fit.metrics import Metrics, roc_auc, score
from fit.schedule import warmup_decay

LOGITS = torch.tensor([[[0.0, 2.0], [-1.0, 3.0]]])
TARGET = torch.tensor([[[0.0, 1.0], [0.0, 0.5]]])


def sigmoid(x):
    return 1 / (1 + math.exp(-x))


def test_bce():
    by_hand = (math.log(2) + math.log(1 + math.exp(-2)) + math.log(1 + math.exp(-1)) + (3 - 0.5 * 3 + math.log(1 + math.exp(-3)))) / 4
    assert losses.mask_bce(LOGITS, TARGET).item() == pytest.approx(by_hand, rel=1e-6)


def test_dice():
    p, t = [0.5, sigmoid(2), sigmoid(-1), sigmoid(3)], [0, 1, 0, 0.5]
    by_hand = 1 - (2 * (p[1] + 0.5 * p[3]) / 1000 + 1e-6) / (sum(p) / 1000 + sum(t) / 1000 + 1e-6)
    assert losses.mask_dice(LOGITS, TARGET).item() == pytest.approx(by_hand, rel=1e-6)


def test_mask_losses_are_means_over_masks():
    two = torch.cat((LOGITS, -LOGITS)), torch.cat((TARGET, TARGET))
    for loss in (losses.mask_bce, losses.mask_dice):
        assert loss(*two).item() == pytest.approx((loss(LOGITS, TARGET) + loss(-LOGITS, TARGET)).item() / 2, rel=1e-6)
        assert loss(LOGITS[:0], TARGET[:0]).item() == 0


def test_gradients():
    """d bce / dx = (p - t) / N;  d dice / dx = -p (1 - p) (2 t S - 2 I) / S'^2 with the scaled sums."""
    x = LOGITS.clone().requires_grad_()
    losses.mask_bce(x, TARGET).backward()
    assert torch.allclose(x.grad, (LOGITS.sigmoid() - TARGET) / 4, atol=1e-7)
    x = LOGITS.clone().requires_grad_()
    losses.mask_dice(x, TARGET).backward()
    p, s, e = LOGITS.double().sigmoid(), 1000.0, 1e-6
    t = TARGET.double()
    top, bottom = 2 * (p * t).sum() / s + e, (p.sum() + t.sum()) / s + e
    assert torch.allclose(x.grad.double(), -p * (1 - p) / s * (2 * t * bottom - top) / bottom ** 2, atol=1e-6)


def test_classification_and_text():
    logits = torch.tensor([[1.0, 2.0, 3.0]])
    by_hand = -1 + math.log(math.exp(1) + math.exp(2) + math.exp(3))
    assert losses.classification(logits, torch.tensor([0])).item() == pytest.approx(by_hand, rel=1e-6)
    assert losses.text(logits, torch.tensor([0])).item() == pytest.approx(by_hand, rel=1e-6)


def test_text_without_labels_is_zero_not_nan():
    x = torch.randn(0, 5, requires_grad=True)
    loss = losses.text(x, torch.zeros(0, dtype=torch.long))
    loss.backward()
    assert loss.item() == 0


def test_schedule():
    rates = [warmup_decay(i, 100, 10) for i in range(100)]
    assert rates[0] == pytest.approx(0.1) and rates[9] == 1.0 and rates[10] == 1.0
    assert rates[55] == pytest.approx(0.5) and rates[99] == pytest.approx(1 / 90)


def test_metrics_by_hand():
    import numpy as np
    m = Metrics()
    for row, label in (((0.8, 0.1, 0.1), 0), ((0.2, 0.1, 0.7), 0), ((0.1, 0.8, 0.1), 1), ((0.3, 0.3, 0.4), 2)):
        m.add(np.array(row), label)
    true, said = np.zeros((4, 4), bool), np.zeros((4, 4), bool)
    true[:2], said[1:3] = True, True                               # 8 true, 8 said, 4 common, 12 in the union
    m.add_mask(said, true, 2)
    m.add_mask(true, true, 0)                                      # a perfect mask behind a wrong verdict
    s = m.summary()
    assert s["accuracy"] == 0.75 and s["real_recall"] == 0.5 and s["tampered_precision"] == 0.5
    assert s["mean_iou"] == pytest.approx((4 / 12 + 1) / 2, abs=1e-5) and s["cumulative_iou"] == pytest.approx(12 / 20, abs=1e-5)
    assert s["end_to_end_iou"] == pytest.approx(4 / 12 / 2, abs=1e-5)
    assert s["pixel_accuracy"] == pytest.approx((8 + 16) / 32) and s["pixel_f1"] == pytest.approx(0.75)
    assert s["tampered_auc"] == pytest.approx(2 / 3, abs=1e-5)
    assert score(s) == pytest.approx((0.75 + s["mean_iou"]) / 2)
    assert roc_auc(np.array([1.0, 1.0]), np.array([True, False])) == 0.5 and roc_auc(np.array([1.0]), np.array([True])) is None
