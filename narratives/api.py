"""One-call functions over `Analyzer`, for scripts and notebooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from narratives import table
from narratives.analysis import Analysis, score_columns
from narratives.contrast.score import score_pairs as score_text_pairs
from narratives.contrast.stance import score_stances as score_text_stances
from narratives.errors import InputError
from narratives.pipeline import Analyzer, ReportLike, SidesLike
from narratives.types import STANCES, Options


def analyze(
    report: ReportLike,
    *,
    sides: SidesLike | None = None,
    targets: Sequence[str] | None = None,
    model: Any = None,
    options: Options | None = None,
) -> Analysis:
    """Find what the sides of a report contest with each other.

    Args:
        report: A report, or the path of one.
        sides: Name → aliases; None to discover them.
        targets: Stance targets; None to find what both sides speak of.
        model: None for the embedded model, a directory, a hub id, or an object with `predict`.
        options: Threshold, progress and the like.

    Returns:
        The analysis, with its frames.

    Raises:
        ReportError: The report cannot be read.
        SidesError: The sides cannot be used, or none were given and fewer than two were found.
        ModelError: The model cannot be loaded.
    """
    return Analyzer(sides, model=model, options=options).analyze(report, targets=targets)


def compare(
    data: Mapping[str, Sequence[str]] | pd.DataFrame | str | Path,
    *,
    targets: Sequence[str] | None = None,
    model: Any = None,
    options: Options | None = None,
) -> Analysis:
    """Contrast statements that are already in hand.

    Args:
        data: Side → texts; or a frame, or a CSV, JSONL or Parquet file, with columns text and side
            [, report_id, source, date].
        targets: Stance targets; None to find what both sides speak of.
        model: None for the embedded model, a directory, a hub id, or an object with `predict`.
        options: Threshold, progress and the like.

    Returns:
        The analysis, with its frames.

    Raises:
        SchemaError: A column is missing or a text is empty.
        SidesError: Fewer than two sides.
        ModelError: The model cannot be loaded.
    """
    return Analyzer(model=model, options=options).compare(data, targets=targets)


def score_pairs(pairs: Sequence[tuple[str, str]], *, model: Any = None, options: Options | None = None) -> pd.DataFrame:
    """Score pairs of texts.

    Args:
        pairs: n pairs.
        model: None for the embedded model, a directory, a hub id, or an object with `predict`.
        options: Threshold, progress and the like.

    Returns:
        n rows in input order, columns as `SCHEMA["scores"]`; probabilities float32 from 0 to 1.

    Raises:
        InputError: A pair is not two strings, or one is empty.
        ModelError: The model cannot be loaded.
    """
    analyzer = Analyzer(model=model, options=options)
    pairs = list(pairs)
    scores = score_text_pairs(pairs, analyzer.model, progress=analyzer.options.progress)
    p_contested, threshold = analyzer.judge(pairs, scores)
    signature = analyzer.sign(f"@{threshold:.4f}")
    columns: dict[str, object] = {"text_a": [a for a, _ in pairs], "text_b": [b for _, b in pairs]}
    return table.conform(pd.DataFrame(columns | score_columns(scores, p_contested, threshold, signature)), "scores")


def score_stances(
    texts: Sequence[str], targets: Sequence[str], holders: Sequence[str] | None = None, *, model: Any = None
) -> pd.DataFrame:
    """Score the stance of texts toward targets.

    Args:
        texts: n texts.
        targets: n noun phrases.
        holders: Who speaks, n names; None where unknown.
        model: None for the embedded model, a directory, a hub id, or an object with `predict`.

    Returns:
        n rows in input order, columns as `SCHEMA["stance_scores"]`; probabilities float32 from 0 to 1.

    Raises:
        InputError: Lengths differ.
        ModelError: The model cannot be loaded.
    """
    if isinstance(texts, str) or isinstance(targets, str):
        raise InputError("texts and targets are lists of strings; got one string")
    if not len(texts) == len(targets) == len(holders if holders is not None else texts):
        raise InputError(f"got {len(texts)} texts and {len(targets)} targets; expected one target (and holder) a text")
    analyzer = Analyzer(model=model)
    probs = score_text_stances(texts, targets, analyzer.model, holders=holders)
    columns: dict[str, object] = {
        "text": list(texts),
        "target": list(targets),
        "holder": list(holders) if holders is not None else [""] * len(texts),
        "stance": [STANCES[index] for index in probs.argmax(axis=1)],
    }
    columns |= {f"p_{name}": probs[:, index] for index, name in enumerate(STANCES)}
    columns["signature"] = analyzer.sign()
    return table.conform(pd.DataFrame(columns), "stance_scores")
