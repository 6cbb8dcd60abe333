"""Pairs of texts × a model → probabilities in both directions, checked."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from narratives.errors import ScoringError
from narratives.types import KINDS, STANCES, NLIModel, NLIOutput, Pair, PairScores, Probabilities, check_pairs

SUM_TOLERANCE = 1e-3
LOGIT_CLIP = 1e-6


def score_pairs(pairs: Sequence[Pair], model: NLIModel, *, progress: bool = False) -> PairScores:
    """Score pairs with either text as premise, in one call of the model and each distinct order once.

    Args:
        pairs: n pairs of texts (a, b).
        model: Anything with `predict`.
        progress: Ask the model for a progress bar, if its `predict` has such an option.

    Returns:
        Scores of the n pairs, in their order; the same for (b, a) with `ab` and `ba` exchanged.

    Raises:
        InputError: A pair is not two strings, or one is empty.
        ScoringError: The model gave something else than one row of probabilities a pair.
    """
    pairs = pairs if isinstance(pairs, str) else list(pairs)
    check_pairs(pairs)
    n = len(pairs)
    if n == 0:
        none = np.empty((0, 3), dtype=np.float32)
        return PairScores(ab=none, ba=none.copy(), truncated=np.empty(0, dtype=np.bool_))
    both = [(a, b) for a, b in pairs] + [(b, a) for a, b in pairs]
    place = {pair: index for index, pair in enumerate(dict.fromkeys(both))}
    options = {"progress": True} if progress and "progress" in inspect.signature(model.predict).parameters else {}
    output = check_output(model.predict(list(place), **options), len(place))
    rows = np.array([place[pair] for pair in both])
    ab, ba = rows[:n], rows[n:]
    contested = None if output.contested is None else _join(output.contested[ab], output.contested[ba])
    return PairScores(
        ab=output.probs[ab],
        ba=output.probs[ba],
        truncated=output.truncated[ab] | output.truncated[ba],
        contested=contested,
        kinds=None if output.kinds is None else (output.kinds[ab] + output.kinds[ba]) / np.float32(2),
    )


def logit(p: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.float64]:
    """Give log odds, finite for 0 and 1.

    Args:
        p: Probabilities of any shape.

    Returns:
        float64 of the same shape.
    """
    clipped = np.clip(p.astype(np.float64), LOGIT_CLIP, 1 - LOGIT_CLIP)
    return np.log(clipped) - np.log1p(-clipped)


def _join(p: Probabilities, q: Probabilities) -> Probabilities:
    """Mean of two probabilities on the logit scale."""
    joined: Probabilities = (1 / (1 + np.exp(-logit(np.stack([p, q])).mean(axis=0)))).astype(np.float32)
    return joined


def check_output(output: Any, n: int) -> NLIOutput:
    """Refuse what is not n rows of probabilities; a foreign model may give anything.

    Args:
        output: What a model's `predict` gave.
        n: How many pairs it was given.

    Returns:
        The output, its arrays float32 and bool.

    Raises:
        ScoringError: Another type, another shape, values out of range, or rows that do not sum to 1.
    """
    if not isinstance(output, NLIOutput):
        raise ScoringError(f"predict gave a {type(output).__name__}; expected an NLIOutput(probs, truncated)")
    probs = _numbers("probs", output.probs, (n, 3))
    if np.abs(probs.sum(axis=1) - 1).max() > SUM_TOLERANCE:
        row = int(np.abs(probs.sum(axis=1) - 1).argmax())
        raise ScoringError(f"row {row} of probs is {probs[row]}, which sums to {probs[row].sum():.4f}; expected 1")
    truncated = np.asarray(output.truncated)
    if truncated.shape != (n,) or truncated.dtype != np.bool_:
        raise ScoringError(f"truncated is {truncated.dtype} {truncated.shape}; expected bool ({n},)")
    contested = None if output.contested is None else _numbers("contested", output.contested, (n,))
    kinds = None if output.kinds is None else _numbers("kinds", output.kinds, (n, len(KINDS)))
    stance = None if output.stance is None else _numbers("stance", output.stance, (n, len(STANCES)))
    return NLIOutput(probs=probs, truncated=truncated, contested=contested, kinds=kinds, stance=stance)


def _numbers(name: str, values: npt.ArrayLike, shape: tuple[int, ...]) -> Probabilities:
    try:
        array = np.asarray(values, dtype=np.float32)
    except (TypeError, ValueError) as error:
        raise ScoringError(f"{name} holds no numbers: {error}") from error
    if array.shape != shape:
        raise ScoringError(f"{name} has shape {array.shape}; expected {shape}: one row a pair, in their order")
    if not np.isfinite(array).all() or array.min() < 0 or array.max() > 1 + SUM_TOLERANCE:
        raise ScoringError(f"{name} ranges from {array.min()} to {array.max()}; expected probabilities, from 0 to 1")
    return array
