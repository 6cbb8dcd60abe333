"""Labelled pairs from files: NLI tables, disputes, reports, and real statements by offset.

Every reader gives one frame with the same columns:

* `premise`, `hypothesis`: str.
* `label`: int8, 0 entailment, 1 neutral, 2 contradiction, -1 not labelled.
* `contested`: int8, 0 or 1, -1 not labelled.
* `kind`: int8, why a contested pair is contested, index of `KINDS`; -1 not labelled.
* `stance`: int8, of the premise toward the target that the hypothesis names, index of `STANCES`; -1 not labelled.
* `group`: str, the dispute, report or item; empty for NLI tables.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from narratives.errors import InputError, SchemaError
from narratives.types import KINDS, NLI_LABELS, STANCES

COLUMNS = ("premise", "hypothesis", "label", "contested", "kind", "stance", "group")
ARTICLES = ("attribution_polnear_docs.parquet", "stance_seesaw_train_dev_articles.parquet")
"""Files of `eval/` with the articles of real statements."""
_LabelledPair = tuple[str, str, int, int, int, int, str]


def _frame(rows: list[_LabelledPair]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.astype(dict.fromkeys(("label", "contested", "kind", "stance"), "int8"))


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
    return check_table(readers[path.suffix](path), str(path))


def check_table(table: pd.DataFrame, where: str) -> pd.DataFrame:
    """Check a table of labelled pairs.

    Args:
        table: Columns premise, hypothesis, and label (0 to 2, -1, or a class name) or contested (0, 1, -1), or both.
        where: What the table is, for the error.

    Returns:
        The pairs in the columns of this module.

    Raises:
        SchemaError: A needed column is missing, or holds something else.
    """
    if missing := {"premise", "hypothesis"} - set(table.columns):
        raise SchemaError(f"{where} lacks {sorted(missing)}; it has {sorted(table.columns)}")
    if not {"label", "contested"} & set(table.columns):
        raise SchemaError(f"{where} has neither label nor contested; one of them is needed to learn from")
    label = table["label"] if "label" in table else pd.Series(-1, index=table.index)
    if not pd.api.types.is_numeric_dtype(label):
        names = {name: index for index, name in enumerate(NLI_LABELS)}
        if unknown := set(label.unique()) - set(names):
            raise SchemaError(f"{where} has labels {sorted(map(str, unknown))}; expected {', '.join(NLI_LABELS)}")
        label = label.map(names)
    contested = table["contested"] if "contested" in table else pd.Series(-1, index=table.index)
    for name, values, allowed in (("label", label, range(-1, 3)), ("contested", contested, range(-1, 2))):
        if wrong := sorted(map(str, set(values.unique()) - set(allowed))):
            raise SchemaError(f"{where} has {name} {wrong[:5]}; expected one of {list(allowed)}")
    return pd.DataFrame(
        {
            "premise": table["premise"].astype(str),
            "hypothesis": table["hypothesis"].astype(str),
            "label": label.astype("int8"),
            "contested": contested.astype("int8"),
            "kind": np.int8(-1),
            "stance": np.int8(-1),
            "group": "",
        }
    )


def _row(a: str, b: str, pair: dict[str, Any], group: str) -> _LabelledPair:
    """One labelled cross pair; the direction of an entailment is not labelled, so it teaches no class."""
    relation = pair["relation"]
    label = -1 if relation == "entailment" else NLI_LABELS.index(relation)
    kind = KINDS.index("contradiction") if relation == "contradiction" else (pair.get("kind") or 0) - 1
    return a, b, label, int(pair["contested"]), kind, -1, group


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


def read_stances(path: Path) -> pd.DataFrame:
    """Read a table of stances: of a text, or of the holder named in it, toward a target.

    Args:
        path: Parquet with text, target, label (one of `STANCES`), split, and where known holder. Rows of other splits
            than train are left out.

    Returns:
        The rows: the text as premise, behind its holder and a colon where one is known; the target as hypothesis.
    """
    table = pd.read_parquet(path)
    table = table[table["split"].str.startswith("train")]
    rows = []
    for row in table.to_dict("records"):
        premise = f"{row['holder']}: {row['text']}" if row.get("holder") else row["text"]
        rows.append((premise, row["target"], -1, -1, -1, STANCES.index(row["label"]), ""))
    return _frame(rows)


def _side_stance(statements: list[str], target: str, stance: str, group: str) -> _LabelledPair:
    """What a whole side says, and where it stands; no position is neutral."""
    index = STANCES.index("neutral" if stance == "none" else stance)
    return " ".join(map(_close, statements)), target, -1, -1, -1, index, group


def _close(statement: str) -> str:
    """End a statement with a stop, as a claim does and a span does not."""
    return statement if statement.endswith((".", "!", "?", "…")) else statement + "."


def read_side_stances(path: Path, form: str = "claims") -> pd.DataFrame:
    """Read where each side of a dispute or report stands, from all its statements joined.

    Toward a target of the dispute before it in the file, of which it does not speak, a side is neutral.

    Args:
        path: Disputes (`.jsonl`, with targets) or one report (`.json`, with issues).
        form: `claims` or `words`.

    Returns:
        One row for each side and target, and for disputes one more a side.
    """
    rows: list[_LabelledPair] = []
    other = ""
    if path.suffix == ".json":
        report = json.loads(path.read_text(encoding="utf-8"))
        key = "claim" if form == "claims" else "content"
        sides = [[s[key] for s in report["statements"] if s["side"] == side] for side in (0, 1)]
        for issue in report["issues"]:
            rows += [_side_stance(sides[i], issue["target"], issue["stance"][i], report["id"]) for i in (0, 1)]
        return _frame(rows)
    key = "claims" if form == "claims" else "spans"
    for line in path.read_text(encoding="utf-8").splitlines():
        dispute = json.loads(line)
        if f"{key}_a" not in dispute:
            continue
        for target in dispute["targets"]:
            for side in "ab":
                said, stance = dispute[f"{key}_{side}"], target[f"stance_{side}"]
                rows.append(_side_stance(said, target["target"], stance, dispute["id"]))
        for side in "ab" if other else "":
            rows.append(_side_stance(dispute[f"{key}_{side}"], other, "none", dispute["id"]))
        other = dispute["targets"][0]["target"]
    return _frame(rows)


def _real_texts(item: dict[str, Any], articles: dict[str, str], form: str) -> tuple[list[str], list[str]] | None:
    """Give the texts of both sides, or None where only offsets into absent articles are known."""
    sides = item["statements_a"], item["statements_b"]
    if form == "claims":
        return tuple([s["claim"] for s in side] for side in sides)  # type: ignore[return-value]
    if any(s["doc_id"] not in articles for side in sides for s in side):
        return None
    return tuple([articles[s["doc_id"]][s["start"] : s["end"]] for s in side] for side in sides)  # type: ignore[return-value]


def part_of(index: int) -> str:
    """Tell what the real item at this place of a file's sorted ids is for: every third for testing, some for `dev`."""
    if index % 3 == 0:
        return "test"
    return "dev" if index % 12 == 1 else "train"


def read_real(path: Path, form: str = "claims", *, articles: dict[str, str], part: str = "train") -> pd.DataFrame:
    """Read labelled pairs of real statements, given by document and offset.

    Args:
        path: JSON lines with statements_a, statements_b and pairs.
        form: `claims`, or `words` cut out of the articles; items whose articles are absent are passed over.
        articles: Text by document id.
        part: `train`, `dev` or `test`; the items of each are told by `part_of`.

    Returns:
        Every cross pair of the items chosen.
    """
    items = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    rows = []
    for index, item in enumerate(sorted(items, key=lambda item: str(item["id"]))):
        if part_of(index) != part or (texts := _real_texts(item, articles, form)) is None:
            continue
        rows += [_row(texts[0][p["a"]], texts[1][p["b"]], p, item["id"]) for p in item["pairs"]]
    return _frame(rows)


def read_articles(folder: Path) -> dict[str, str]:
    """Read the articles that real statements are cut from, by document id; those of an absent file are left out.

    Args:
        folder: With `eval/`, the public sets.

    Returns:
        Document id → text.
    """
    articles: dict[str, str] = {}
    for path in (folder / "eval" / name for name in ARTICLES):
        if path.exists():
            docs = pd.read_parquet(path, columns=["doc_id", "text"])
            articles |= dict(zip(docs["doc_id"], docs["text"], strict=True))
    return articles
