"""How the data sets of `sets.py` are read.

A file that is not there raises `DataAbsentError`, which the suites turn into a row that says so.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.sets import (
    CALIBRATION_DISPUTES,
    POLNEAR,
    POLNEAR_ATTRIBUTIONS,
    SEED_REPORTS,
    SEEDS,
    SHIPPED,
    TEST_DISPUTES,
    TEST_WRITERS,
    UNLISTED,
    DataSet,
    ReportSet,
    dispute_path,
)
from benchmarks.spans import AttributedPieces, Pieces, Placed
from narratives.errors import InputError
from narratives.training.data import ARTICLES, read_articles, read_disputes, read_real, read_report_pairs
from narratives.training.sources import is_kept_out
from narratives.types import NLI_LABELS, Report


class DataAbsentError(InputError):
    """A data set is not on this machine."""


def _find(folder: Path | None, path: str) -> Path:
    if folder is None:
        raise DataAbsentError(f"{path} absent: no data folder was given (--data DIR or NARRATIVES_DATA)")
    if not (folder / path).is_file():
        raise DataAbsentError(f"file {path} absent from the data folder")
    return folder / path


def _read(source: DataSet, folder: Path | None) -> pd.DataFrame:
    frame = pd.read_parquet(_find(folder, source.path))
    if source.split:
        frame = frame[frame["split"] == source.split]
    if source.kept_out:
        frame = frame[[is_kept_out(text, source.kept_out) for text in frame[source.group]]]
    return frame.reset_index(drop=True)


def read_nli(source: DataSet, folder: Path | None) -> pd.DataFrame:
    """Read an NLI set.

    Args:
        source: One of `NLI_SETS`.
        folder: The users' folder.

    Returns:
        premise, hypothesis, label (int: column of `NLI_LABELS`; binary: 0 entailment, 1 not), group.

    Raises:
        DataAbsentError: The file is not there.
    """
    frame = _read(source, folder)
    names = {name: index for index, name in enumerate(NLI_LABELS)}
    label = frame["label"] if pd.api.types.is_numeric_dtype(frame["label"]) else frame["label"].map(names)
    if source.labels == "binary":
        label = (label != 0).astype(int)
    return pd.DataFrame(
        {
            "premise": frame[source.columns[0]].astype(str),
            "hypothesis": frame[source.columns[1]].astype(str),
            "label": label.astype(int),
            "group": frame[source.group].astype(str),
        }
    )


def read_stance(source: DataSet, folder: Path | None) -> tuple[pd.DataFrame, int]:
    """Read a stance set.

    Args:
        source: One of `STANCE_SETS`.
        folder: The users' folder.

    Returns:
        A frame with text, target, holder (empty where unknown), label, group; and how many rows were left out because
        their target has no name.

    Raises:
        DataAbsentError: The file is not there.
    """
    frame = _read(source, folder)
    holder = frame["holder"].where(frame["holder"] != UNLISTED, "") if "holder" in frame else ""
    frame = frame.assign(holder=holder, group=frame[source.group].astype(str))
    named = frame[frame["target"] != UNLISTED]
    return named[["text", "target", "holder", "label", "group"]].reset_index(drop=True), len(frame) - len(named)


def read_dispute_pairs(stems: tuple[str, ...], form: str) -> pd.DataFrame:
    """Read the cross pairs of dispute files; columns as in `narratives.training.data`."""
    return pd.concat([read_disputes(dispute_path(stem), form) for stem in stems], ignore_index=True)


def training_disputes() -> tuple[str, ...]:
    """Name the dispute files that fits may see."""
    kept = {*TEST_DISPUTES, *CALIBRATION_DISPUTES}
    return tuple(path.stem for path in sorted((SHIPPED / "disputes").glob("d*.jsonl")) if path.stem not in kept)


def report_paths(which: ReportSet) -> list[Path]:
    """Name the labelled files of the test reports, or of the seeds; four texts are both."""
    if which == "seeds":
        return sorted(SEEDS.glob("*.json"))
    paths = sorted((SHIPPED / "reports").glob("r*.json"))
    return [path for path in paths if path.stem in SEED_REPORTS or path.stem.split("-")[0] in TEST_WRITERS]


def read_contest(name: str, form: str, folder: Path | None) -> pd.DataFrame:
    """Read the labelled cross pairs of a test set.

    Args:
        name: `disputes`, `reports`, `seeds` or `real`.
        form: `claims` or `words`.
        folder: The users' folder; needed for the words of real statements only.

    Returns:
        The pairs, columns as in `narratives.training.data`.

    Raises:
        DataAbsentError: The articles of the real statements are not there.
    """
    if name == "disputes":
        return read_dispute_pairs(TEST_DISPUTES, form)
    if name == "real":
        if form == "words":
            for name in ARTICLES:
                _find(folder, f"eval/{name}")
        articles = read_articles(folder) if folder and form == "words" else {}
        paths = sorted((SHIPPED / "real").glob("*.jsonl"))
        return pd.concat([read_real(path, form, articles=articles, part="test") for path in paths], ignore_index=True)
    paths = report_paths("seeds" if name == "seeds" else "reports")
    return pd.concat([read_report_pairs(path, form) for path in paths], ignore_index=True)


@dataclass(frozen=True, slots=True)
class LabelledReport:
    """A report with what a careful reader finds in it.

    Attributes:
        report: The text.
        sides: Name → aliases.
        statements: By side and place.
        contested: Pairs of statements.
        issues: Target → stance of each side (favor, against, neutral, none).
    """

    report: Report
    sides: dict[str, list[str]]
    statements: list[Placed]
    contested: list[tuple[Placed, Placed]]
    issues: dict[str, dict[str, str]]


def read_labelled(path: Path) -> LabelledReport:
    """Read a labelled report, its text inside (`text`) or beside it (`NAME.txt`)."""
    table: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    text = table["text"] if "text" in table else path.with_suffix(".txt").read_bytes().decode("utf-8")
    names = [side["name"] for side in table["sides"]]
    placed = {s["id"]: Placed(names[s["side"]], s["start"], s["end"]) for s in table["statements"]}
    return LabelledReport(
        report=Report.from_text(text, report_id=table["id"]),
        sides={side["name"]: side["aliases"] for side in table["sides"]},
        statements=list(placed.values()),
        contested=[(placed[pair["a"]], placed[pair["b"]]) for pair in table["pairs"] if pair["contested"]],
        issues={issue["target"]: dict(zip(names, issue["stance"], strict=True)) for issue in table["issues"]},
    )


def read_dispute_stances() -> Iterator[tuple[str, dict[str, list[str]], dict[str, dict[str, str]]]]:
    """Give each test dispute's id, side → claims, and target → side → stance."""
    for stem in TEST_DISPUTES:
        for line in dispute_path(stem).read_text(encoding="utf-8").splitlines():
            dispute = json.loads(line)
            a, b = dispute["side_a"], dispute["side_b"]
            targets = {t["target"]: {a: t["stance_a"], b: t["stance_b"]} for t in dispute["targets"]}
            yield dispute["id"], {a: dispute["claims_a"], b: dispute["claims_b"]}, targets


@dataclass(frozen=True, slots=True)
class AttributedDocument:
    """A document of PolNeAR with its primary annotation.

    Attributes:
        doc_id: Its id.
        text: Its text.
        spans: `source`, `cue`, `content` → the pieces of each span.
        pairs: Source and content of the attributions that have a source.
    """

    doc_id: str
    text: str
    spans: dict[str, list[Pieces]]
    pairs: list[AttributedPieces]


def read_polnear(folder: Path | None) -> list[AttributedDocument]:
    """Read PolNeAR's development split, primary annotation only.

    Args:
        folder: The users' folder.

    Returns:
        The documents.

    Raises:
        DataAbsentError: A file is not there.
    """
    docs = _read(POLNEAR, folder)
    rows = pd.read_parquet(_find(folder, POLNEAR_ATTRIBUTIONS))
    rows = rows[rows["is_primary"]]
    by_document = {str(doc_id): part for doc_id, part in rows.groupby("doc_id")}
    documents = []
    for doc_id, text in zip(docs["doc_id"], docs["text"], strict=True):
        spans: dict[str, list[Pieces]] = {"source": [], "cue": [], "content": []}
        pairs: list[AttributedPieces] = []
        for row in by_document.get(doc_id, rows.iloc[:0]).to_dict("records"):
            pieces = {
                role: tuple((int(s), int(e)) for s, e in zip(row[f"{role}_start"], row[f"{role}_end"], strict=True))
                for role in spans
            }
            for role, span in pieces.items():
                if span:
                    spans[role].append(span)
            if pieces["source"] and pieces["content"]:
                pairs.append((pieces["source"], pieces["content"]))
        documents.append(AttributedDocument(str(doc_id), text, spans, pairs))
    return documents


def sample_rows(frame: pd.DataFrame, rows: int, seed: int) -> pd.DataFrame:
    """Draw rows for a quick run, kept in their order; 0 takes all."""
    if not 0 < rows < len(frame):
        return frame
    chosen = np.sort(np.random.default_rng(seed).choice(len(frame), size=rows, replace=False))
    return frame.iloc[chosen].reset_index(drop=True)
