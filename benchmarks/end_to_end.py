"""Quality of the whole way from a text: attribution, statements, contested rows, stances of sides."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks import data, sets
from benchmarks.metrics import Figures, Rows, measure, precision_recall_f1
from benchmarks.quality import Bench, each_set, measure_stance_set
from benchmarks.results import Row
from benchmarks.spans import (
    AttributedPieces,
    Counts,
    Placed,
    count_attributed,
    count_characters,
    count_contested,
    count_exact,
    count_sides,
    count_statements,
    map_sides,
    rename_sides,
)
from narratives.analysis import Analysis
from narratives.errors import SidesError
from narratives.extract.attribute import find_attributions
from narratives.pipeline import Analyzer
from narratives.types import Attribution, Report

ROLES = ("source", "cue", "content")


def _summed(counts: Sequence[Counts]) -> Callable[[Rows], Figures]:
    """Give precision, recall and F1 of counts summed over documents."""
    table = np.stack(counts)

    def figures(rows: Rows) -> Figures:
        return precision_recall_f1(table[rows].sum(axis=0))

    return figures


def _documents(bench: Bench, documents: list[Any]) -> list[Any]:
    return documents[: bench.rows] if bench.rows else documents


# attribution


def count_attributions(found: Sequence[Attribution], gold: data.AttributedDocument) -> dict[str, Counts]:
    """Count one document's attributions in every way that is reported.

    Args:
        found: What the library found.
        gold: The document with its annotation.

    Returns:
        `source`, `cue`, `content` (exact), `content characters`, `pairs` → counts.
    """
    spans = {role: [span.pieces for a in found if (span := getattr(a, role)) is not None] for role in ROLES}
    pairs: list[AttributedPieces] = [(a.source.pieces, a.content.pieces) for a in found if a.source is not None]
    return {role: count_exact(spans[role], gold.spans[role]) for role in ROLES} | {
        "content characters": count_characters(spans["content"], gold.spans["content"]),
        "pairs": count_attributed(pairs, gold.pairs),
    }


def _measure_polnear(bench: Bench) -> list[Row]:
    documents = _documents(bench, data.read_polnear(bench.folder))
    counts = [count_attributions(find_attributions(Report(d.text, d.doc_id)), d) for d in documents]
    groups = [document.doc_id for document in documents]
    common = {"licence": sets.POLNEAR.licence, "origin": sets.POLNEAR.origin}
    return [
        {
            "method": "rules",
            "role": role,
            **common,
            **measure(_summed([c[role] for c in counts]), groups, seed=bench.seed),
        }
        for role in counts[0]
    ]


def measure_attribution(bench: Bench) -> Iterator[Row]:
    """PolNeAR, development split: exact F1 of each role, F1 of content characters, F1 of (source, content) pairs."""
    return each_set([(sets.POLNEAR.name, partial(_measure_polnear, bench))])


# statements and contested rows


def _placed(frame: pd.DataFrame, letter: str = "") -> list[Placed]:
    columns = (frame[f"{name}{letter}"] for name in ("side", "start", "end"))
    return [Placed(str(side), int(start), int(end)) for side, start, end in zip(*columns, strict=True)]


def count_report(analysis: Analysis | None, gold: data.LabelledReport, *, discovered: bool) -> dict[str, Counts]:
    """Count one report's statements and contested rows.

    Args:
        analysis: Of the report; None where no two sides were found in it, which counts as nothing found.
        gold: The report with its labels.
        discovered: The sides were found, so their names are mapped to the gold ones.

    Returns:
        `statements`, `contested` → counts (4,); `sides` → on the right side, matched (2,).
    """
    found: list[Placed] = []
    pairs: list[tuple[Placed, Placed]] = []
    if analysis is not None:
        found = [statement for statement in _placed(analysis.statements) if statement.side]
        ends = _placed(analysis.contested, "_a"), _placed(analysis.contested, "_b")
        names = map_sides(found, gold.statements) if discovered else {side: side for side in gold.sides}
        found = rename_sides(found, names)
        pairs = list(zip(*(rename_sides(placed, names) for placed in ends), strict=True))
    return {
        "statements": count_statements(found, gold.statements),
        "sides": count_sides(found, gold.statements),
        "contested": count_contested(pairs, gold.contested),
    }


def _share(counts: Sequence[Counts]) -> Callable[[Rows], Figures]:
    table = np.stack(counts)

    def figures(rows: Rows) -> Figures:
        right, matched = table[rows].sum(axis=0)
        return {"side_accuracy": float(right / matched) if matched else float("nan")}

    return figures


def _analyze(bench: Bench, gold: data.LabelledReport, *, discovered: bool) -> Analysis | None:
    analyzer = Analyzer(None if discovered else gold.sides, model=bench.model, encoder=bench.encoder)
    try:
        return analyzer.analyze(gold.report, targets=())
    except SidesError:
        if not discovered:
            raise
        return None


def _measure_reports(bench: Bench, paths: Sequence[Path], *, discovered: bool) -> list[Row]:
    labelled = [data.read_labelled(path) for path in _documents(bench, list(paths))]
    analyses = [_analyze(bench, gold, discovered=discovered) for gold in labelled]
    counts = [count_report(a, gold, discovered=discovered) for a, gold in zip(analyses, labelled, strict=True)]
    groups = [gold.report.report_id for gold in labelled]
    common = {"sides": "discovered" if discovered else "given", "n_without_sides": sum(a is None for a in analyses)}
    side = measure(_share([c["sides"] for c in counts]), groups, seed=bench.seed)
    return [
        {
            "method": "statements",
            **common,
            **measure(_summed([c["statements"] for c in counts]), groups, seed=bench.seed),
        }
        | side,
        {
            "method": "contested rows",
            **common,
            **measure(_summed([c["contested"] for c in counts]), groups, seed=bench.seed),
        },
    ]


def measure_statements(bench: Bench) -> Iterator[Row]:
    """Statement F1, side accuracy and contested rows of seeds and test reports, with sides given and discovered."""
    return each_set(
        (name, partial(_measure_reports, bench, data.report_paths(name), discovered=discovered))
        for name in sets.REPORT_SETS
        for discovered in (False, True)
    )


# stances of sides


def compare_stances(stances: pd.DataFrame, issues: dict[str, dict[str, str]]) -> list[tuple[str, str]]:
    """Hold the stances of sides against the labels.

    Args:
        stances: Frame `stances` of an analysis with these targets given.
        issues: Target → side → stance.

    Returns:
        (gold, predicted) of every entry that is favor or against; predicted is empty where the side has no row.
    """
    found = {(row["target"], row["side"]): row["stance"] for row in stances.to_dict("records")}
    return [
        (stance, str(found.get((target, side), "")))
        for target, sides in issues.items()
        for side, stance in sides.items()
        if stance in ("favor", "against")
    ]


def _accuracy_rows(bench: Bench, entries: dict[str, list[tuple[str, str]]]) -> list[Row]:
    groups = [group for group, pairs in entries.items() for _ in pairs]
    flat = [pair for pairs in entries.values() for pair in pairs]
    predicted = {
        "model": np.array([g == p for g, p in flat]),
        "always favor": np.array([g == "favor" for g, _ in flat]),
    }

    def figures(right: npt.NDArray[np.bool_]) -> Callable[[Rows], Figures]:
        return lambda rows: {"accuracy": float(right[rows].mean())}

    return [{"method": m, **measure(figures(right), groups, seed=bench.seed)} for m, right in predicted.items()]


def _report_stances(bench: Bench, which: sets.ReportSet) -> list[Row]:
    entries = {}
    for path in _documents(bench, data.report_paths(which)):
        gold = data.read_labelled(path)
        analyzer = Analyzer(gold.sides, model=bench.model, encoder=bench.encoder)
        analysis = analyzer.analyze(gold.report, targets=list(gold.issues))
        entries[gold.report.report_id] = compare_stances(analysis.stances, gold.issues)
    return _accuracy_rows(bench, entries)


def _dispute_stances(bench: Bench) -> list[Row]:
    analyzer = Analyzer(model=bench.model, encoder=bench.encoder)
    entries = {}
    for dispute_id, sides, issues in _documents(bench, list(data.read_dispute_stances())):
        analysis = analyzer.compare(sides, targets=list(issues))
        entries[dispute_id] = compare_stances(analysis.stances, issues)
    return _accuracy_rows(bench, entries)


def measure_stance(bench: Bench) -> Iterator[Row]:
    """Accuracy per side and issue on reports and disputes, targets given; macro-F1 on the public sets."""
    sides = [(f"{name}, sides", partial(_report_stances, bench, name)) for name in sets.REPORT_SETS]
    texts = [(source.name, partial(measure_stance_set, bench, source)) for source in sets.STANCE_SETS]
    return each_set([*sides, ("disputes, sides", partial(_dispute_stances, bench)), *texts])
