"""Frames → standard output or a file, for people and for programs."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import IO

import pandas as pd
import rich.console
import rich.table
from rich.text import Text

from narratives.cli.options import Format
from narratives.show.visible import escape_hidden

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_WIDTH_IN_FILE = 100
_SHOWN = {
    "statements": ["report_id", "statement_id", "side", "source", "cue", "text"],
    "stances": ["report_id", "side", "target", "stance", "p", "statement_ids"],
    "sides": ["side", "aliases"],
}
_SHOWN |= dict.fromkeys(("unanswered", "unassigned"), _SHOWN["statements"])


def write_frame(frame: pd.DataFrame, table: str, *, format: Format, output: Path | None = None) -> None:
    """Write the rows of a frame.

    Args:
        frame: The rows.
        table: Its name, such as `contested`; decides which columns a person is shown.
        format: How; every format but `table` has all columns.
        output: A file, which is replaced; None for standard output.

    Raises:
        OSError: The file cannot be written, or nobody reads the other end of the pipe.
    """
    if format is Format.PARQUET:
        frame.to_parquet(output, index=False)
    elif output is None:
        _write_text(frame, table, format, sys.stdout)
    else:
        with output.open("w", encoding="utf-8", newline="\n") as stream:
            _write_text(frame, table, format, stream)


def _write_text(frame: pd.DataFrame, table: str, format: Format, stream: IO[str]) -> None:
    if format is Format.CSV:
        # every text in quotes: the csv module would leave one with a lone carriage return bare, and break its row
        _guard_formulas(frame).to_csv(stream, index=False, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    elif format is Format.JSONL:
        frame.to_json(stream, orient="records", lines=True, force_ascii=False)
    else:
        _show(frame, table, stream)


def _guard_formulas(frame: pd.DataFrame) -> pd.DataFrame:
    """Put an apostrophe before texts that a spreadsheet would run."""
    guarded = frame.copy()
    for column in frame.columns:
        if pd.api.types.is_string_dtype(frame[column]):
            runs = frame[column].str.startswith(_FORMULA)
            guarded[column] = frame[column].mask(runs, "'" + frame[column])
    return guarded


def _show(frame: pd.DataFrame, table: str, stream: IO[str]) -> None:
    """Show rows to a person, as wide as the terminal."""
    terminal = stream.isatty()
    console = rich.console.Console(
        file=stream,
        force_terminal=terminal,
        width=None if terminal or stream is sys.stdout else _WIDTH_IN_FILE,
        highlight=False,
        markup=False,
        emoji=False,
    )
    if "text_a" not in frame:
        if len(frame):
            console.print(_lay_out(frame, table, console.width))
        return
    reports = list(frame.groupby("report_id", sort=False))
    for report_id, part in reports:
        if len(reports) > 1:
            console.print(Text(_one_line(str(report_id)), style="bold underline"))
        console.print(_list_pairs(part, table))


def _list_pairs(frame: pd.DataFrame, table: str) -> rich.table.Table:
    """List pairs by rank, the two statements one below the other."""
    name = "p_entailment" if table == "agreed" else "p_contested"
    p = (frame["p_entailment_ab"] + frame["p_entailment_ba"]) / 2 if table == "agreed" else frame["p_contested"]
    grid = rich.table.Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(justify="right")
    grid.add_column(overflow="fold")
    for rank, (row, value) in enumerate(zip(frame.to_dict("records"), p, strict=True), start=1):
        lines = Text.assemble((f"{name} {value:.2f}", "bold"))
        for letter, style in (("a", "blue"), ("b", "yellow")):
            side, text = _one_line(row[f"side_{letter}"]), _one_line(row[f"text_{letter}"])
            lines.append("\n").append(side, style=f"bold {style}").append(f': "{text}"')
        grid.add_row(str(rank), lines.append("\n"))
    return grid


def _lay_out(frame: pd.DataFrame, table: str, width: int) -> rich.table.Table:
    """Lay rows out in columns, without those that say the same everywhere."""
    if table == "stances":
        frame = frame.assign(p=[row[f"p_{row['stance']}"] for row in frame.to_dict("records")])
    columns = _SHOWN.get(table, [column for column in frame.columns if column != "signature"])
    if "report_id" in columns and len(set(frame["report_id"])) == 1:
        columns = [column for column in columns if column != "report_id"]
    laid = rich.table.Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        number = pd.api.types.is_numeric_dtype(frame[column])
        narrow = None if column in ("text", "aliases") else width // 5  # what is long gets the room
        laid.add_column(column, justify="right" if number else "left", max_width=narrow, overflow="fold")
    for row in frame[columns].itertuples(index=False):
        laid.add_row(*(Text(f"{cell:.2f}" if isinstance(cell, float) else _one_line(str(cell))) for cell in row))
    return laid


def _one_line(text: str) -> str:
    """Give a text that neither breaks the layout nor drives the terminal."""
    return escape_hidden(" ".join(text.split()))
