"""Metrics: the official ones under names that say what they are, and honest ones beside them (see the spec's section 3)."""
from typing import Dict, List, Optional

import numpy as np

from .data import CLASSES


def roc_auc(scores: np.ndarray, positive: np.ndarray) -> Optional[float]:
    """Area under the ROC curve by ranks, ties counted half; none when one side is empty."""
    p, n = int(positive.sum()), int((~positive).sum())
    if p == 0 or n == 0:
        return None
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = np.cumsum(counts) - (counts - 1) / 2                   # mean rank of each distinct score
    return float((ranks[inverse][positive].sum() - p * (p + 1) / 2) / (p * n))


class Metrics:
    def __init__(self):
        self.probabilities: List[np.ndarray] = []
        self.labels: List[int] = []
        self.masks: List[tuple] = []               # (intersection, predicted, true, pixels, predicted class)
        self.text_loss: List[float] = []

    def add(self, probabilities: np.ndarray, label: int) -> None:
        self.probabilities.append(probabilities)
        self.labels.append(label)

    def add_mask(self, predicted: np.ndarray, true: np.ndarray, predicted_class: int) -> None:
        """Both (h, w) bool at the picture's own size; of truly tampered pictures, whatever class was predicted."""
        self.masks.append((int((predicted & true).sum()), int(predicted.sum()), int(true.sum()), true.size, predicted_class))

    def merge(self, other: "Metrics") -> None:
        for name in vars(self):
            getattr(self, name).extend(getattr(other, name))

    def summary(self) -> Dict[str, float]:
        p, y = np.array(self.probabilities), np.array(self.labels)
        predicted = p.argmax(1)
        confusion = np.zeros((3, 3), int)
        np.add.at(confusion, (y, predicted), 1)
        result: Dict[str, float] = {"pictures": len(y), "accuracy": float((predicted == y).mean())}
        f1 = []
        for i, name in enumerate(CLASSES):
            true, said = confusion[i].sum(), confusion[:, i].sum()
            recall, precision = confusion[i, i] / max(true, 1), confusion[i, i] / max(said, 1)
            f1.append(2 * precision * recall / max(precision + recall, 1e-12))
            result.update({f"{name}_recall": recall, f"{name}_precision": precision, f"{name}_f1": f1[-1]})
            auc = roc_auc(p[:, i], y == i)
            if auc is not None:
                result[f"{name}_auc"] = auc
        result["macro_f1"] = float(np.mean(f1))
        if self.masks:
            i, a, b, size, cls = np.array(self.masks, float).T
            union = a + b - i
            iou = np.where(union > 0, i / np.maximum(union, 1), 1.0)
            result.update(
                mean_iou=float(iou.mean()), cumulative_iou=float(i.sum() / max(union.sum(), 1)),     # officially giou and ciou
                pixel_f1=float(np.mean(2 * i / np.maximum(a + b, 1))), cumulative_pixel_f1=float(2 * i.sum() / max((a + b).sum(), 1)),
                pixel_precision=float(i.sum() / max(a.sum(), 1)), pixel_recall=float(i.sum() / max(b.sum(), 1)),
                pixel_accuracy=float((size - union + i).sum() / size.sum()),
                end_to_end_iou=float((iou * (cls == 2)).mean()))   # a wrong verdict shows no mask
        if self.text_loss:
            result["text_loss"] = float(np.mean(self.text_loss))
        return {k: round(float(v), 5) for k, v in result.items()}


def score(summary: Dict[str, float]) -> float:
    """What the best checkpoint is chosen by: verdicts and regions count alike. (The official choice compared the best IoU with itself.)"""
    return (summary["accuracy"] + summary.get("mean_iou", summary["accuracy"])) / 2
