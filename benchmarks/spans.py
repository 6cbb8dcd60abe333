"""Counts over spans of one report or document, to be summed over all of them. Offsets are half-open characters.

Functions named `count_…` give `[right among predicted, predicted, found among gold, gold]`, float64 (4,).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import permutations
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.float64]
Pieces = tuple[tuple[int, int], ...]
AttributedPieces = tuple[Pieces, Pieces]
"""Source and content of one attribution."""


class Placed(NamedTuple):
    """A statement by its place."""

    side: str
    start: int
    end: int


def spans_match(a: Placed, b: Placed) -> bool:
    """Tell whether two spans match: IoU ≥ 0.5, or ≥ 0.8 of the shorter one is shared and IoU ≥ 0.25."""
    shared = min(a.end, b.end) - max(a.start, b.start)
    if shared <= 0:
        return False
    lengths = a.end - a.start, b.end - b.start
    iou = shared / (sum(lengths) - shared)
    return iou >= 0.5 or (shared >= 0.8 * min(lengths) and iou >= 0.25)


def _same(a: Placed, b: Placed) -> bool:
    return a.side == b.side and spans_match(a, b)


def count_statements(predicted: Sequence[Placed], gold: Sequence[Placed]) -> Counts:
    """Count statements that match one of their own side, from either end; every prediction with a side counts."""
    right = sum(any(_same(p, g) for g in gold) for p in predicted)
    found = sum(any(_same(p, g) for p in predicted) for g in gold)
    return np.array([right, len(predicted), found, len(gold)], dtype=np.float64)


def count_sides(predicted: Sequence[Placed], gold: Sequence[Placed]) -> Counts:
    """Count predictions that match a gold span of any side: those on the right side, and all: float64 (2,)."""
    matched = [p for p in predicted if any(spans_match(p, g) for g in gold)]
    return np.array([sum(any(_same(p, g) for g in gold) for p in matched), len(matched)], dtype=np.float64)


def map_sides(predicted: Sequence[Placed], gold: Sequence[Placed]) -> dict[str, str]:
    """Map discovered sides to gold sides, one to one, so that most predictions match.

    Args:
        predicted: With the names of the discovered sides.
        gold: With the names of the gold sides.

    Returns:
        Discovered name → gold name; a discovered side too many goes to the empty name, which matches nothing.
    """
    discovered, sides = (list(dict.fromkeys(s.side for s in spans)) for spans in (predicted, gold))
    matches = {
        (d, g): sum(p.side == d and any(s.side == g and spans_match(p, s) for s in gold) for p in predicted)
        for d in discovered
        for g in sides
    }
    padded = sides + [""] * (len(discovered) - len(sides))
    best = max(
        permutations(padded, len(discovered)),
        key=lambda chosen: sum(matches.get(pair, 0) for pair in zip(discovered, chosen, strict=True)),
    )
    return dict(zip(discovered, best, strict=True))


def rename_sides(placed: Iterable[Placed], names: dict[str, str]) -> list[Placed]:
    """Put statements on the sides that `map_sides` gave."""
    return [statement._replace(side=names[statement.side]) for statement in placed]


def count_contested(predicted: Sequence[tuple[Placed, Placed]], gold: Sequence[tuple[Placed, Placed]]) -> Counts:
    """Count contested pairs whose two statements match (span and side) the two of a gold pair, in either order."""

    def match(p: tuple[Placed, Placed], g: tuple[Placed, Placed]) -> bool:
        return (_same(p[0], g[0]) and _same(p[1], g[1])) or (_same(p[0], g[1]) and _same(p[1], g[0]))

    right = sum(any(match(p, g) for g in gold) for p in predicted)
    found = sum(any(match(p, g) for p in predicted) for g in gold)
    return np.array([right, len(predicted), found, len(gold)], dtype=np.float64)


def count_exact(predicted: Iterable[Pieces], gold: Iterable[Pieces]) -> Counts:
    """Count spans of one role whose pieces all have equal offsets; the same span counts once."""
    p, g = set(predicted), set(gold)
    right = len(p & g)
    return np.array([right, len(p), right, len(g)], dtype=np.float64)


def _characters(pieces: Iterable[tuple[int, int]]) -> set[int]:
    return {offset for start, end in pieces for offset in range(start, end)}


def count_characters(predicted: Iterable[Pieces], gold: Iterable[Pieces]) -> Counts:
    """Count characters inside any span."""
    p, g = (_characters(piece for pieces in spans for piece in pieces) for spans in (predicted, gold))
    right = len(p & g)
    return np.array([right, len(p), right, len(g)], dtype=np.float64)


def count_attributed(predicted: Sequence[AttributedPieces], gold: Sequence[AttributedPieces]) -> Counts:
    """Count (source, content) pairs: sources overlap, contents have IoU ≥ 0.5; each gold pair is used once.

    Args:
        predicted: Attributions that have a source.
        gold: Likewise.

    Returns:
        The counts. Predictions choose in their order, each the free gold pair of highest IoU.
    """
    free = [(_characters(source), _characters(content)) for source, content in gold]
    right = 0
    for source, content in predicted:
        sources, contents = _characters(source), _characters(content)
        iou = [len(c & contents) / len(c | contents) if s & sources else 0.0 for s, c in free]
        if iou and max(iou) >= 0.5:
            del free[iou.index(max(iou))]
            right += 1
    return np.array([right, len(predicted), right, len(gold)], dtype=np.float64)
