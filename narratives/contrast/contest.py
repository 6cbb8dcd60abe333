"""From scores to one calibrated probability that a pair is contested.

Two ways, both fitted on labelled disputes (`python -m narratives.training fit`):

* `head`: the model has a `contested` output of its own; its logit is calibrated.
* `blend`: any three-class checkpoint; its probabilities in both directions are joined with the cosine of the two
  statements. Alone, P(contradiction) says little about statements of one report, most of which are not about the
  same point.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

import numpy as np
import numpy.typing as npt

from narratives.contrast.score import logit
from narratives.types import Encoder, Pair, PairScores, Probabilities

BLEND_FEATURES = ("contradiction_mean", "contradiction_max", "entailment_mean", "cosine", "contradiction_x_cosine")
HEAD_FEATURES = ("contested_logit",)


def cosines(pairs: Sequence[Pair], encoder: Encoder) -> Probabilities:
    """Embed each distinct text once and compare the pairs.

    Args:
        pairs: n pairs of texts.
        encoder: Gives rows of length 1.

    Returns:
        float32 (n,), cosine from -1 to 1; higher is more alike.
    """
    texts = list(dict.fromkeys(text for pair in pairs for text in pair))
    if not texts:
        return np.empty(0, np.float32)
    place = {text: index for index, text in enumerate(texts)}
    rows = encoder.encode(texts)
    a = rows[[place[pair[0]] for pair in pairs]]
    b = rows[[place[pair[1]] for pair in pairs]]
    product: Probabilities = np.einsum("ij,ij->i", a, b).astype(np.float32)
    return product


def head_features(scores: PairScores) -> npt.NDArray[np.float64]:
    """Give the features of a model with a contested output: float64 (n, 1), columns as `HEAD_FEATURES`.

    Args:
        scores: Scores with `contested`.

    Returns:
        The features.
    """
    if scores.contested is None:
        raise ValueError("these scores have no contested output; use blend_features")
    return logit(scores.contested)[:, None]


def blend_features(scores: PairScores, cosine: Probabilities) -> npt.NDArray[np.float64]:
    """Give the features of a three-class model: float64 (n, 5), columns as `BLEND_FEATURES`.

    Args:
        scores: Scores in both directions.
        cosine: float32 (n,).

    Returns:
        The features; the same for a swapped pair.
    """
    mean = scores.contradiction.astype(np.float64)
    highest = np.maximum(scores.ab[:, 2], scores.ba[:, 2]).astype(np.float64)
    entailment = (scores.ab[:, 0] + scores.ba[:, 0]) / 2.0
    return np.stack([mean, highest, entailment, cosine, mean * cosine], axis=1)


@dataclass(frozen=True, slots=True)
class ContestFit:
    """A fitted logistic function of the features.

    Attributes:
        weights: One per feature.
        intercept: Log odds where every feature is 0.
        threshold: The p_contested from which a pair is contested; chosen for F1 on the calibration disputes.
    """

    weights: tuple[float, ...]
    intercept: float
    threshold: float

    def apply(self, features: npt.NDArray[np.float64]) -> Probabilities:
        """Give p_contested: float32 (n,), 0 to 1, higher = more surely contested."""
        z = features @ np.asarray(self.weights) + self.intercept
        p: Probabilities = (1.0 / (1.0 + np.exp(-np.clip(z, -60, 60)))).astype(np.float32)
        return p


@cache
def shipped_fits() -> Mapping[str, ContestFit]:
    """Read the fits shipped with the package, `head` and `blend`."""
    table = tomllib.loads((files("narratives.contrast") / "contest.toml").read_text(encoding="utf-8"))
    return {
        name: ContestFit(tuple(fit["weights"].values()), fit["intercept"], fit["threshold"])
        for name, fit in table.items()
        if isinstance(fit, dict)
    }


@dataclass(frozen=True, slots=True)
class ContestJudge:
    """Turns scores into p_contested.

    Attributes:
        encoder: Needed by the blend only.
        fits: `head` and `blend`.
    """

    encoder: Encoder
    fits: Mapping[str, ContestFit]

    @classmethod
    def shipped(cls, encoder: Encoder) -> ContestJudge:
        """Take the fits shipped with the package."""
        return cls(encoder, shipped_fits())

    @staticmethod
    def method(scores: PairScores) -> Literal["head", "blend"]:
        """Say which of the two ways these scores call for."""
        return "blend" if scores.contested is None else "head"

    def threshold(self, scores: PairScores) -> float:
        """Give the shipped threshold for these scores, a probability."""
        return self.fits[self.method(scores)].threshold

    def judge(self, pairs: Sequence[Pair], scores: PairScores) -> Probabilities:
        """Give p_contested of each pair.

        Args:
            pairs: The n pairs of texts that were scored.
            scores: Their scores, in the same order.

        Returns:
            float32 (n,), 0 to 1, higher = more surely contested; the same for a swapped pair.
        """
        if self.method(scores) == "head":
            return self.fits["head"].apply(head_features(scores))
        return self.fits["blend"].apply(blend_features(scores, cosines(pairs, self.encoder)))
