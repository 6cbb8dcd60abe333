"""Labelled pairs from files: NLI tables, disputes, reports, and real statements by offset.

Every reader gives one frame with the same columns:

* `premise`, `hypothesis`: str.
* `label`: int8, 0 entailment, 1 neutral, 2 contradiction, -1 not labelled.
* `contested`: int8, 0 or 1, -1 not labelled.
* `group`: str, the dispute, report or item; empty for NLI tables.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from narratives.errors import InputError, SchemaError
from narratives.training.recipe import Source
from narratives.types import NLI_LABELS

COLUMNS = ("premise", "hypothesis", "label", "contested", "group")


def _frame(rows: list[tuple[str, str, int, int, str]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.astype({"label": "int8", "contested": "int8"})


def read_pairs(path: Path) -> pd.DataFrame:
    """Read a table of pairs: Parquet, CSV or JSON lines.

    Args:
        path: A file with columns premise, hypothesis, and label (0 to 2, -1, or a class name) or contested.

    Returns:
        The pairs in file order.

    Raises:
        SchemaError: A needed column is missing.
    """
    readers: dict[str, Callable[[Path], pd.DataFrame]] = {
        ".parquet": pd.read_parquet,
        ".csv": pd.read_csv,
        ".jsonl": lambda file: pd.read_json(file, lines=True),
    }
    if path.suffix not in readers:
        raise InputError(f"{path} is no table of pairs; expected one of {', '.join(readers)}")
    table = readers[path.suffix](path)
    if missing := {"premise", "hypothesis"} - set(table.columns):
        raise SchemaError(f"{path} lacks {sorted(missing)}; it has {sorted(table.columns)}")
    if not {"label", "contested"} & set(table.columns):
        raise SchemaError(f"{path} has neither label nor contested; one of them is needed to learn from")
    label = table["label"] if "label" in table else pd.Series(-1, index=table.index)
    if not pd.api.types.is_numeric_dtype(label):
        names = {name: index for index, name in enumerate(NLI_LABELS)}
        if unknown := set(label.unique()) - set(names):
            raise SchemaError(f"{path} has labels {sorted(map(str, unknown))}; expected {', '.join(NLI_LABELS)}")
        label = label.map(names)
    contested = table["contested"] if "contested" in table else pd.Series(-1, index=table.index)
    return pd.DataFrame(
        {
            "premise": table["premise"].astype(str),
            "hypothesis": table["hypothesis"].astype(str),
            "label": label.astype("int8"),
            "contested": contested.astype("int8"),
            "group": "",
        }
    )


def _row(a: str, b: str, pair: dict[str, Any], group: str) -> tuple[str, str, int, int, str]:
    """One labelled cross pair; the direction of an entailment is not labelled, so it teaches no class."""
    relation = pair["relation"]
    label = -1 if relation == "entailment" else NLI_LABELS.index(relation)
    return a, b, label, int(pair["contested"]), group


def read_disputes(path: Path, form: str = "claims") -> pd.DataFrame:
    """Read the cross pairs of a file of disputes.

    Args:
        path: JSON lines with claims_a, claims_b, pairs, and where known spans_a, spans_b.
        form: `claims`, or `words` for the statements as they stand in a report; disputes without them are passed over.

    Returns:
        Every cross pair, in file order.
    """
    rows = []
    key = "claims" if form == "claims" else "spans"
    for line in path.read_text(encoding="utf-8").splitlines():
        dispute = json.loads(line)
        if f"{key}_a" not in dispute:
            continue
        a, b = dispute[f"{key}_a"], dispute[f"{key}_b"]
        rows += [_row(a[p["a"]], b[p["b"]], p, dispute["id"]) for p in dispute["pairs"]]
    return _frame(rows)


def read_report_pairs(path: Path, form: str = "claims") -> pd.DataFrame:
    """Read the labelled cross pairs of one report.

    Args:
        path: JSON with statements (id, content, claim) and pairs.
        form: `claims` or `words`.

    Returns:
        Every cross pair, in file order.
    """
    report = json.loads(path.read_text(encoding="utf-8"))
    key = "claim" if form == "claims" else "content"
    texts = {statement["id"]: statement[key] for statement in report["statements"]}
    return _frame([_row(texts[p["a"]], texts[p["b"]], p, report["id"]) for p in report["pairs"]])


def _real_texts(item: dict[str, Any], articles: dict[str, str], form: str) -> tuple[list[str], list[str]] | None:
    """Give the texts of both sides, or None where only offsets into absent articles are known."""
    sides = item["statements_a"], item["statements_b"]
    if form == "claims":
        return tuple([s["claim"] for s in side] for side in sides)  # type: ignore[return-value]
    if any(s["doc_id"] not in articles for side in sides for s in side):
        return None
    return tuple([articles[s["doc_id"]][s["start"] : s["end"]] for s in side] for side in sides)  # type: ignore[return-value]


def is_test_item(index: int) -> bool:
    """Tell whether the real item at this place of the sorted ids is kept for testing (every third)."""
    return index % 3 == 0


def read_real(path: Path, form: str = "claims", *, articles: dict[str, str], test: bool = False) -> pd.DataFrame:
    """Read labelled pairs of real statements, given by document and offset.

    Args:
        path: JSON lines with statements_a, statements_b and pairs.
        form: `claims`, or `words` cut out of the articles; items whose articles are absent are passed over.
        articles: Text by document id.
        test: Give the items kept for testing instead of the others.

    Returns:
        Every cross pair of the items chosen.
    """
    items = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    rows = []
    for index, item in enumerate(sorted(items, key=lambda item: str(item["id"]))):
        if is_test_item(index) != test or (texts := _real_texts(item, articles, form)) is None:
            continue
        rows += [_row(texts[0][p["a"]], texts[1][p["b"]], p, item["id"]) for p in item["pairs"]]
    return _frame(rows)


def read_articles(folder: Path) -> dict[str, str]:
    """Read the articles whose terms allow training on their words (PolNeAR), by document id; empty if absent."""
    path = folder / "eval" / "attribution_polnear_docs.parquet"
    if not path.exists():
        return {}
    docs = pd.read_parquet(path, columns=["doc_id", "text"])
    return dict(zip(docs["doc_id"], docs["text"], strict=True))


def _files(source: Source, folder: Path) -> Iterator[Path]:
    """Give the files of a source; `exclude` names stems or their first part (`r4` stands for every `r4-…`)."""
    found = sorted(folder.glob(source.path))
    if not found:
        raise InputError(f"no file matches {folder / source.path}; set --data to the folder that holds it")
    for path in found:
        if not {path.stem, path.stem.split("-")[0]} & set(source.exclude):
            yield path


def read_source(source: Source, folder: Path, *, seed: int) -> pd.DataFrame:
    """Read all rows of a recipe's source, sampled and repeated as it says.

    Args:
        source: What to read.
        folder: Where the paths of the recipe begin.
        seed: Of the sample.

    Returns:
        The rows, with a column `nli_weight` (float32) besides.

    Raises:
        InputError: No file matches, or a file is no table of pairs.
    """
    parts = []
    for path in _files(source, folder):
        if source.kind == "pairs":
            parts.append(read_pairs(path))
        elif source.kind == "disputes":
            parts.append(read_disputes(path, source.form))
        elif source.kind == "reports":
            parts.append(read_report_pairs(path, source.form))
        else:
            parts.append(read_real(path, source.form, articles=read_articles(folder)))
    frame = pd.concat(parts, ignore_index=True)
    if 0 < source.rows < len(frame):
        chosen = np.random.default_rng(seed).choice(len(frame), size=source.rows, replace=False)
        frame = frame.iloc[np.sort(chosen)]
    frame = pd.concat([frame] * source.repeat, ignore_index=True)
    frame["nli_weight"] = np.float32(source.nli_weight)
    return frame
