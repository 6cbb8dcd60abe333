"""Where a text stands toward a target, by NLI hypotheses; and a side, by the statements that bear on the target.

The two hypotheses are scored by the NLI model with the text as premise; a multinomial logistic function of the six
probabilities, fitted on published stance data (see `stance.toml`), makes them favor / against / neutral.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

from narratives.contrast.score import check_output
from narratives.types import STANCES, Encoder, NLIModel, Pair, Probabilities

HYPOTHESES = ("{holder} supports {target}.", "{holder} opposes {target}.")
"""For and against; the features are the three probabilities of each, in this order."""

NO_HOLDER = "The speaker"
MIN_COSINE = 0.25
"""A statement bears on a target from this cosine on; below, the encoder's cosines of unrelated news sentences lie."""
MAX_STATEMENTS = 3
"""A side's stance rests on so many of its statements at most: those nearest to the target."""


@dataclass(frozen=True, slots=True)
class StanceFit:
    """A multinomial logistic function of the hypotheses' probabilities.

    Attributes:
        weights: (3, 6), rows as `STANCES`.
        intercept: (3,).
    """

    weights: tuple[tuple[float, ...], ...]
    intercept: tuple[float, ...]

    def apply(self, features: npt.NDArray[np.floating[Any]]) -> Probabilities:
        """Give float32 (n, 3), rows sum to 1, columns as `STANCES`."""
        z = features.astype(np.float64) @ np.asarray(self.weights).T + np.asarray(self.intercept)
        e = np.exp(z - z.max(axis=1, keepdims=True))
        p: Probabilities = (e / e.sum(axis=1, keepdims=True)).astype(np.float32)
        return p


@cache
def shipped_fit() -> StanceFit:
    """Read the fit shipped with the package."""
    table = tomllib.loads((files("narratives.contrast") / "stance.toml").read_text(encoding="utf-8"))
    return StanceFit(tuple(tuple(table["weights"][name]) for name in STANCES), tuple(table["intercept"]))


def stance_pairs(texts: Sequence[str], targets: Sequence[str], holders: Sequence[str]) -> list[Pair]:
    """Write the pairs to be scored: for each text its two hypotheses, one after the other."""
    return [
        (text, hypothesis.format(holder=holder or NO_HOLDER, target=target))
        for text, target, holder in zip(texts, targets, holders, strict=True)
        for hypothesis in HYPOTHESES
    ]


def stance_features(
    texts: Sequence[str], targets: Sequence[str], model: NLIModel, *, holders: Sequence[str] | None = None
) -> Probabilities:
    """Score the hypotheses.

    Args:
        texts: n texts.
        targets: What each is held against, n noun phrases.
        model: Any three-class NLI model.
        holders: Who speaks, n names; empty or None where unknown.

    Returns:
        float32 (n, 6): the probabilities of both hypotheses, columns as `NLI_LABELS` twice.
    """
    pairs = stance_pairs(texts, targets, holders or [""] * len(texts))
    if not pairs:
        return np.empty((0, 6), np.float32)
    output = check_output(model.predict(pairs), len(pairs))
    features: Probabilities = output.probs.reshape(len(texts), 6)
    return features


def score_stances(
    texts: Sequence[str],
    targets: Sequence[str],
    model: NLIModel,
    *,
    holders: Sequence[str] | None = None,
    fit: StanceFit | None = None,
) -> Probabilities:
    """Score the stance of each text toward its target.

    Args:
        texts: n texts.
        targets: n noun phrases.
        model: Any three-class NLI model.
        holders: Who speaks, n names; None where unknown.
        fit: Instead of the shipped one.

    Returns:
        float32 (n, 3), rows sum to 1, columns favor, against, neutral.
    """
    return (fit or shipped_fit()).apply(stance_features(texts, targets, model, holders=holders))


@dataclass(frozen=True, slots=True, eq=False)
class SideStance:
    """A side's stance toward a target, and what it rests on.

    Attributes:
        probs: float32 (3,), columns as `STANCES`.
        rests_on: Indices of the statements it rests on, nearest first; empty where none bears on the target,
            and then the stance is neutral.
    """

    probs: Probabilities
    rests_on: tuple[int, ...]

    @property
    def stance(self) -> str:
        """The most probable stance."""
        return STANCES[int(self.probs.argmax())]


def judge_stances(
    sides: Sequence[tuple[str, Sequence[str]]], targets: Sequence[str], model: NLIModel, encoder: Encoder
) -> list[list[SideStance]]:
    """Judge where each side stands toward each target.

    Args:
        sides: Name and statements of each side.
        targets: Noun phrases.
        model: Any three-class NLI model.
        encoder: Finds the statements that bear on a target.

    Returns:
        For each side, for each target, its stance: the mean of the statements' probabilities, weighted by cosine.
    """
    if not targets:
        return [[] for _ in sides]
    at = encoder.encode(list(targets))
    near: list[list[list[tuple[int, float]]]] = []
    asked: dict[tuple[str, str, str], int] = {}
    for name, texts in sides:
        cosine = encoder.encode(list(texts)) @ at.T if texts else np.empty((0, len(targets)), np.float32)
        rows = []
        for column, target in enumerate(targets):
            order = np.argsort(-cosine[:, column], kind="stable")[:MAX_STATEMENTS]
            chosen = [(int(i), float(cosine[i, column])) for i in order if cosine[i, column] >= MIN_COSINE]
            rows.append(chosen)
            for i, _ in chosen:
                asked.setdefault((texts[i], target, name), len(asked))
        near.append(rows)
    keys = list(asked)
    probs = score_stances([k[0] for k in keys], [k[1] for k in keys], model, holders=[k[2] for k in keys])
    return [
        [_join(texts, target, name, chosen, asked, probs) for target, chosen in zip(targets, rows, strict=True)]
        for (name, texts), rows in zip(sides, near, strict=True)
    ]


def _join(
    texts: Sequence[str],
    target: str,
    name: str,
    chosen: Sequence[tuple[int, float]],
    asked: dict[tuple[str, str, str], int],
    probs: Probabilities,
) -> SideStance:
    """Average the statements that bear on a target."""
    if not chosen:
        return SideStance(np.array([0, 0, 1], np.float32), ())
    rows = probs[[asked[texts[i], target, name] for i, _ in chosen]]
    mean = np.average(rows, axis=0, weights=[weight for _, weight in chosen]).astype(np.float32)
    return SideStance(mean, tuple(i for i, _ in chosen))
