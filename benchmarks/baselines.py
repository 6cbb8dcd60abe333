"""What the models are held against: majority, word overlap, one text alone, similarity, plain NLI."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from narratives.contrast.contest import cosines
from narratives.types import Encoder, Pair, PairScores, Probabilities

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_NEGATIONS = frozenset("no not never none nothing nobody neither nor cannot without denied denies deny rejects".split())
_EMPTY = frozenset(
    "a an the of to in on at by for from with and or but as is are was were be been being has have had do does did it"
    " its he she they we i you his her their our this that these those will would".split()
)
OVERLAP = 0.6
"""From this share of the hypothesis' words on, the rule calls a pair entailment or contradiction."""


def majority(gold: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Predict the most frequent label of `gold` everywhere."""
    values, counts = np.unique(gold, return_counts=True)
    return np.repeat(values[counts.argmax()], len(gold))


def _words(text: str) -> tuple[set[str], bool]:
    """Content words, and whether the text is negated."""
    words = {word.replace("’", "'") for word in _WORD.findall(text.lower())}
    negated = any(word in _NEGATIONS or word.endswith("n't") for word in words)
    return {word for word in words if word not in _EMPTY | _NEGATIONS and not word.endswith("n't")}, negated


def overlap_scores(pairs: Sequence[Pair]) -> Probabilities:
    """Score contest by words alone.

    Args:
        pairs: n pairs of texts.

    Returns:
        float32 (n,), 0 to 1: the Jaccard overlap of content words, halved unless just one of the texts is negated.
    """
    scores = []
    for a, b in pairs:
        (words_a, negated_a), (words_b, negated_b) = _words(a), _words(b)
        overlap = len(words_a & words_b) / max(1, len(words_a | words_b))
        scores.append(overlap if negated_a != negated_b else overlap / 2)
    return np.array(scores, dtype=np.float32)


def overlap_labels(pairs: Sequence[Pair]) -> npt.NDArray[np.int64]:
    """Label NLI by words alone: int64 (n,), columns of `NLI_LABELS`."""
    labels = []
    for premise, hypothesis in pairs:
        (words_p, negated_p), (words_h, negated_h) = _words(premise), _words(hypothesis)
        near = len(words_p & words_h) >= OVERLAP * max(1, len(words_h))
        labels.append((2 if negated_p != negated_h else 0) if near else 1)
    return np.array(labels, dtype=np.int64)


def contest_baselines(pairs: Sequence[Pair], scores: PairScores, encoder: Encoder) -> dict[str, Probabilities]:
    """Score contest in every way that needs no labelled disputes.

    Args:
        pairs: n pairs of texts.
        scores: Of a model, in their order.
        encoder: Gives the cosines.

    Returns:
        Name → float32 (n,), higher = more surely contested.
    """
    cosine = cosines(pairs, encoder)
    return {
        "word overlap + negation": overlap_scores(pairs),
        "cosine": cosine,
        "NLI contradiction, mean": scores.contradiction,
        "NLI contradiction, max": np.maximum(scores.ab[:, 2], scores.ba[:, 2]),
        "NLI mean × cosine": scores.contradiction * np.clip(cosine, 0, 1),
    }


def fit_one_text(
    texts: Sequence[str], gold: npt.NDArray[Any], test_texts: Sequence[str], *, seed: int
) -> tuple[npt.NDArray[Any], npt.NDArray[np.float64]]:
    """Fit a TF-IDF logistic regression on one text of each pair: what it learns is a give-away.

    Args:
        texts: To fit on.
        gold: Their labels.
        test_texts: n texts.
        seed: Of the solver.

    Returns:
        The classes (k,), ascending, and their probabilities, float64 (n, k).
    """
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    fitted = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True),
        LogisticRegression(C=1.0, max_iter=1000, random_state=seed),
    ).fit(list(texts), gold)
    return fitted.classes_, fitted.predict_proba(list(test_texts))
