"""One schema of every frame the library hands out, for empty and filled frames alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

import pandas as pd

from narratives.errors import SchemaError
from narratives.types import Statement

_STATEMENT = {
    "report_id": "str",
    "statement_id": "str",
    "side": "str",
    "source": "str",
    "cue": "str",
    "text": "str",
    "claim": "str",
    "start": "int64",
    "end": "int64",
    "quotation": "str",
    "carry_on": "bool",
    "found_by": "str",
    "p": "float32",
}
_SCORES = {
    "p_entailment_ab": "float32",
    "p_neutral_ab": "float32",
    "p_contradiction_ab": "float32",
    "p_entailment_ba": "float32",
    "p_neutral_ba": "float32",
    "p_contradiction_ba": "float32",
    "contradiction": "float32",
    "p_contested": "float32",
    "contested": "bool",
    "truncated": "bool",
}
_PAIR = {
    "report_id": "str",
    "pair_id": "str",
    "statement_a": "str",
    "side_a": "str",
    "text_a": "str",
    "statement_b": "str",
    "side_b": "str",
    "text_b": "str",
}
_PLACES = {
    f"{name}_{side}": dtype
    for side in ("a", "b")
    for name, dtype in {"claim": "str", "source": "str", "cue": "str", "start": "int64", "end": "int64"}.items()
}
_STANCE = {"stance": "str", "p_favor": "float32", "p_against": "float32", "p_neutral": "float32"}
_SIGNATURE = {"signature": "str"}

SCHEMA: Mapping[str, Mapping[str, str]] = {
    "statements": {**_STATEMENT, **_SIGNATURE},
    "pairs": {**_PAIR, **_SCORES, **_SIGNATURE},
    "contested": {**_PAIR, **_SCORES, **_PLACES, **_SIGNATURE},
    "agreed": {**_PAIR, **_SCORES, **_PLACES, **_SIGNATURE},
    "stances": {"report_id": "str", "side": "str", "target": "str", **_STANCE, "statement_ids": "str", **_SIGNATURE},
    "scores": {"text_a": "str", "text_b": "str", **_SCORES, **_SIGNATURE},
    "stance_scores": {"text": "str", "target": "str", "holder": "str", **_STANCE, **_SIGNATURE},
    "summary": {
        "report_id": "str",
        "side_a": "str",
        "side_b": "str",
        "n_statements_a": "int64",
        "n_statements_b": "int64",
        "n_pairs": "int64",
        "n_contested": "int64",
        "n_agreed": "int64",
        "n_truncated": "int64",
        **_SIGNATURE,
    },
}
"""Table name → column → pandas dtype. Probabilities are float32 from 0 to 1; offsets are characters."""


def conform(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """Cast a frame to the columns, order and dtypes of a table.

    Args:
        frame: Any frame that has at least the table's columns, or no columns at all.
        table: A key of `SCHEMA`.

    Returns:
        A frame with exactly the table's columns, indexed from 0.

    Raises:
        SchemaError: A column is missing from a frame that has rows, or a value cannot be cast.
    """
    schema = SCHEMA[table]
    missing = [column for column in schema if column not in frame.columns]
    if missing and len(frame):
        raise SchemaError(f"the table {table} lacks {missing}; it has {list(frame.columns)}")
    columns = {column: frame[column] if column in frame else pd.Series(dtype=dtype) for column, dtype in schema.items()}
    try:
        return pd.DataFrame(columns).astype(dict(schema)).reset_index(drop=True)
    except (TypeError, ValueError) as error:
        raise SchemaError(f"the table {table} does not fit its schema: {error}") from error


def build(rows: Iterable[Mapping[str, Any]], table: str) -> pd.DataFrame:
    """Make a table of rows; no rows make an empty table with every column and the right dtypes.

    Args:
        rows: Mappings with at least the table's columns.
        table: A key of `SCHEMA`.

    Returns:
        The table.
    """
    return conform(pd.DataFrame(list(rows)), table)


def statements_table(statements: Iterable[Statement], signature: str) -> pd.DataFrame:
    """Make the table `statements`.

    Args:
        statements: In the order of the rows.
        signature: Of the run.

    Returns:
        The table.
    """
    return build(({**asdict(statement), "signature": signature} for statement in statements), "statements")
