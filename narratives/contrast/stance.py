"""Where a text stands toward a target; and a side, by its statements that bear on the target.

Two ways:

* The model has stance outputs of its own: it reads the text and the target as a pair. A side's statements are read
  together, for one of them alone often does not tell.
* Any three-class checkpoint: two hypotheses are scored with the text as premise; a multinomial logistic function of the
  six probabilities, fitted on published stance data (see `stance.toml`), makes them favor / against / neutral. A side's
  stance is the mean over its statements, weighted by cosine.
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
from narratives.errors import ScoringError
from narratives.types import STANCES, Encoder, NLIModel, Pair, Probabilities

HYPOTHESES = ("{holder} supports {target}.", "{holder} opposes {target}.")
"""For and against; the features are the three probabilities of each, in this order."""

NO_HOLDER = "The speaker"
MIN_COSINE = 0.25
"""A statement bears on a target from this cosine on; below, the encoder's cosines of unrelated news sentences lie."""
MAX_STATEMENTS = 6
"""A side's stance rests on so many of its statements at most: those nearest to the target."""
MAX_HYPOTHESES = 3
"""Likewise, where each statement is scored by itself."""


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


def tells_stance(model: NLIModel) -> bool:
    """Find out, by one pair, whether a model has stance outputs of its own."""
    return check_output(model.predict([("They welcome it.", "it")]), 1).stance is not None


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
        fit: Instead of the shipped one; for a model without stance outputs.

    Returns:
        float32 (n, 3), rows sum to 1, columns favor, against, neutral.
    """
    if not texts or not tells_stance(model):
        return (fit or shipped_fit()).apply(stance_features(texts, targets, model, holders=holders))
    known = holders or [""] * len(texts)
    said = [f"{holder}: {text}" if holder else text for holder, text in zip(known, texts, strict=True)]
    return _read_stances(list(zip(said, targets, strict=True)), model)


def _read_stances(pairs: list[Pair], model: NLIModel) -> Probabilities:
    """Take a model's own stance outputs: float32 (n, 3)."""
    stance = check_output(model.predict(pairs), len(pairs)).stance
    if stance is None:
        raise ScoringError(f"{type(model).__name__} gave stances for one pair and none for {len(pairs)}")
    return stance


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


_NO_POSITION = SideStance(np.array([0, 0, 1], np.float32), ())
_Near = list[tuple[int, float]]
"""Statements that bear on a target, nearest first: index and cosine."""
_Question = tuple[str, Sequence[str], str, _Near]
"""A side's name, its statements, a target, and which statements bear on it."""


def judge_stances(
    sides: Sequence[tuple[str, Sequence[str]]], targets: Sequence[str], model: NLIModel, encoder: Encoder
) -> list[list[SideStance]]:
    """Judge where each side stands toward each target.

    Args:
        sides: Name and statements of each side, in text order.
        targets: Noun phrases.
        model: Any three-class NLI model.
        encoder: Finds the statements that bear on a target.

    Returns:
        For each side, for each target, its stance.
    """
    if not targets:
        return [[] for _ in sides]
    near = [_find_near(texts, targets, encoder) for _, texts in sides]
    if not any(chosen for rows in near for chosen in rows):
        return [[_NO_POSITION for _ in targets] for _ in sides]
    judge = _judge_together if tells_stance(model) else _judge_apart
    judged = iter(
        judge(
            [
                (name, texts, target, chosen)
                for (name, texts), rows in zip(sides, near, strict=True)
                for target, chosen in zip(targets, rows, strict=True)
                if chosen
            ],
            model,
        )
    )
    return [
        [SideStance(next(judged), tuple(i for i, _ in chosen)) if chosen else _NO_POSITION for chosen in rows]
        for rows in near
    ]


def _find_near(texts: Sequence[str], targets: Sequence[str], encoder: Encoder) -> list[_Near]:
    """Find, for each target, the statements that bear on it."""
    if not texts:
        return [[] for _ in targets]
    cosine = encoder.encode(list(texts)) @ encoder.encode(list(targets)).T
    order = np.argsort(-cosine, axis=0, kind="stable")[:MAX_STATEMENTS]
    return [
        [(int(i), float(cosine[i, column])) for i in order[:, column] if cosine[i, column] >= MIN_COSINE]
        for column in range(len(targets))
    ]


def _judge_together(questions: Sequence[_Question], model: NLIModel) -> list[Probabilities]:
    """Let the model read the statements of a side, in text order, as one text."""
    pairs = []
    for _, texts, target, chosen in questions:
        statements = [texts[i] for i in sorted(i for i, _ in chosen)]
        pairs.append((" ".join(t if t.endswith((".", "!", "?", "…")) else f"{t}." for t in statements), target))
    return list(_read_stances(pairs, model))


def _judge_apart(questions: Sequence[_Question], model: NLIModel) -> list[Probabilities]:
    """Average over the statements that are nearest, weighted by cosine."""
    asked: dict[tuple[str, str, str], int] = {}
    for name, texts, target, chosen in questions:
        for i, _ in chosen[:MAX_HYPOTHESES]:
            asked.setdefault((texts[i], target, name), len(asked))
    probs = score_stances([k[0] for k in asked], [k[1] for k in asked], model, holders=[k[2] for k in asked])
    means = []
    for name, texts, target, chosen in questions:
        rows = probs[[asked[texts[i], target, name] for i, _ in chosen[:MAX_HYPOTHESES]]]
        weights = [weight for _, weight in chosen[:MAX_HYPOTHESES]]
        means.append(np.average(rows, axis=0, weights=weights).astype(np.float32))
    return means
