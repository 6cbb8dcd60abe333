"""Figures of scores and labels, and their intervals. numpy only; the figures of spans are in `spans.py`.

A figure that is not defined (no positive, no prediction) is NaN, never 0, save F1, which is 0 when nothing is right.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from narratives.errors import InputError

RESAMPLES = 1000
BINS = 15

Numbers = npt.NDArray[np.floating[Any]]
Labels = npt.NDArray[Any]
Rows = npt.NDArray[np.intp]
Figures = dict[str, float]


def accuracy(gold: Labels, predicted: Labels) -> float:
    """Give the share of equal labels, 0 to 1."""
    return float((gold == predicted).mean())


def label_f1(gold: Labels, predicted: Labels, labels: Sequence[Any]) -> float:
    """Give the mean of the F1 of some labels, each counting alike.

    Args:
        gold: n labels.
        predicted: n labels.
        labels: Over which; `("favor", "against")` gives the F-avg of SemEval-2016 task 6.

    Returns:
        0 to 1.
    """
    f1 = []
    for label in labels:
        right = int(((gold == label) & (predicted == label)).sum())
        f1.append(2 * right / max(1, int((gold == label).sum() + (predicted == label).sum())))
    return float(np.mean(f1))


def macro_f1(gold: Labels, predicted: Labels) -> float:
    """Give the mean F1 over the labels present in `gold`: a label that is only predicted costs its errors, no more."""
    return label_f1(gold, predicted, np.unique(gold).tolist())


def average_precision(gold: npt.NDArray[np.bool_], score: Numbers) -> float:
    """Give the mean, over the positives in order of falling score, of the precision at that rank.

    Positives of equal score all get the precision at the last rank of that score, so that the order of rows does not
    matter; scikit-learn does the same.

    Args:
        gold: bool (n,).
        score: (n,), higher = more surely positive.

    Returns:
        0 to 1; NaN without a positive.
    """
    if not gold.any():
        return float("nan")
    order = np.argsort(-score, kind="stable")
    last = np.append(np.flatnonzero(np.diff(score[order])), len(score) - 1)
    hits = np.cumsum(gold[order])[last]
    return float((np.diff(hits, prepend=0) * hits / (last + 1)).sum() / gold.sum())


def count_at(gold: npt.NDArray[np.bool_], score: Numbers, threshold: float) -> npt.NDArray[np.float64]:
    """Count what a threshold gives: right among predicted, predicted, found among gold, gold."""
    flagged = score >= threshold
    right = (flagged & gold).sum()
    return np.array([right, flagged.sum(), right, gold.sum()], dtype=np.float64)


def precision_recall_f1(counts: npt.NDArray[np.float64]) -> Figures:
    """Turn four counts into precision, recall and F1.

    Args:
        counts: Right among predicted, predicted, found among gold, gold.

    Returns:
        `precision` (NaN without a prediction), `recall` (NaN without gold) and `f1`, their harmonic mean.
    """
    right, predicted, found, gold = (float(count) for count in counts)
    precision = right / predicted if predicted else float("nan")
    recall = found / gold if gold else float("nan")
    both = precision + recall
    f1 = 2 * precision * recall / both if both > 0 else (0.0 if predicted or gold else float("nan"))
    return {"precision": precision, "recall": recall, "f1": f1}


def calibration_error(p: Numbers, right: Labels) -> float:
    """Give the expected calibration error (ECE) over 15 bins of equal width.

    Args:
        p: (n,), 0 to 1: the highest probability of a classifier, or p_contested.
        right: bool (n,): whether the label was right, or the pair contested.

    Returns:
        0 to 1, lower is better: the gap between mean `p` and the share right, averaged over rows.
    """
    bins = np.minimum((p * BINS).astype(int), BINS - 1)
    gaps = np.bincount(bins, weights=p - right, minlength=BINS)
    return float(np.abs(gaps).sum() / len(p))


def reliability(p: Numbers, right: Labels) -> list[dict[str, float]]:
    """Give the bins behind the calibration error: where a model is surer or less sure than it should be.

    Args:
        p: (n,), 0 to 1.
        right: bool (n,).

    Returns:
        For each bin that has rows, their number `n`, mean `p` and the share `right`.
    """
    bins = np.minimum((p * BINS).astype(int), BINS - 1)
    return [
        {"n": int((bins == i).sum()), "p": float(p[bins == i].mean()), "right": float(right[bins == i].mean())}
        for i in np.unique(bins)
    ]


def measure(figures: Callable[[Rows], Figures], groups: Sequence[str], *, seed: int) -> dict[str, Any]:
    """Compute figures on all rows, and their 95 % intervals by resampling groups (reports, disputes, documents).

    Args:
        figures: Row indices (with repeats) → figures by name.
        groups: The group of each of the n rows.
        seed: Of the 1,000 resamples.

    Returns:
        `n`, `n_groups`, every figure, and `NAME_interval`, `[low, high]`; an interval is None where there are
        fewer than two groups or the figure is not defined, and a figure that is not defined is None.

    Raises:
        InputError: There are no rows.
    """
    if not len(groups):
        raise InputError("there are no rows to measure; expected one at least")
    names, place = np.unique(np.asarray(groups, dtype=object).astype(str), return_inverse=True)
    rows, n_groups = np.arange(len(groups)), len(names)
    result: dict[str, Any] = {"n": len(groups), "n_groups": n_groups}
    whole = figures(rows)
    rng = np.random.default_rng(seed)
    samples: list[Figures] = []
    for _ in range(RESAMPLES if n_groups > 1 else 0):
        times = np.bincount(rng.integers(n_groups, size=n_groups), minlength=n_groups)
        samples.append(figures(np.repeat(rows, times[place])))
    for name, value in whole.items():
        drawn = np.array([sample[name] for sample in samples])
        drawn = drawn[np.isfinite(drawn)]
        result[name] = value if np.isfinite(value) else None
        known = drawn.size and np.isfinite(value)
        result[f"{name}_interval"] = [float(x) for x in np.percentile(drawn, [2.5, 97.5])] if known else None
    return result
