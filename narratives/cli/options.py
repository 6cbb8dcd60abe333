"""The options that commands have in common, and what they may be."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from narratives.errors import SidesError
from narratives.types import Side


class Format(StrEnum):
    """How rows are written."""

    TABLE = "table"
    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"


class Table(StrEnum):
    """Which frame of an analysis is written; the values are the attributes of `Analysis`."""

    CONTESTED = "contested"
    PAIRS = "pairs"
    STATEMENTS = "statements"
    STANCES = "stances"
    AGREED = "agreed"
    UNANSWERED = "unanswered"
    UNASSIGNED = "unassigned"
    SUMMARY = "summary"


def parse_sides(values: list[str] | None) -> list[Side] | None:
    """Read the sides off the command line.

    Args:
        values: Each `Name=alias,alias`, or a name alone.

    Returns:
        The sides in their order; None when none are given, so that they are discovered.

    Raises:
        BadParameter: A side has no name.
    """
    sides = []
    for value in values or []:
        name, _, aliases = value.partition("=")
        try:
            sides.append(Side(name.strip(), tuple(alias.strip() for alias in aliases.split(",") if alias.strip())))
        except SidesError as error:
            raise typer.BadParameter(
                f'{value!r} has no name; expected "Name=alias,alias"', param_hint="--side"
            ) from error
    return sides or None


def choose_format(given: Format | None, output: Path | None) -> Format:
    """Say how rows are written: as asked for, else as the ending of the file tells, else as a table to be read.

    Args:
        given: As asked for.
        output: The file, if any.

    Returns:
        The format.

    Raises:
        BadParameter: Parquet without a file to put it in.
    """
    endings = {f".{value}": value for value in Format}
    chosen = given or endings.get(output.suffix.lower() if output else "", Format.TABLE)
    if chosen is Format.PARQUET and output is None:
        raise typer.BadParameter("parquet is no text; name a file with --output", param_hint="--format")
    return chosen


def _check_folder(path: Path | None) -> Path | None:
    """Refuse a file that cannot be made, before the work is done rather than after it."""
    if path is not None and (path.is_dir() or not path.absolute().parent.is_dir()):
        raise typer.BadParameter(f"'{path}' cannot be written; expected a file in a folder that exists")
    return path


ReportsArgument = Annotated[
    list[str], typer.Argument(metavar="REPORT", help="Text (.txt, .md) or page (.html); - is standard input.")
]
ReportArgument = Annotated[
    str, typer.Argument(metavar="REPORT", help="Text (.txt, .md) or page (.html); - is standard input.")
]
TableArgument = Annotated[
    str,
    typer.Argument(
        metavar="FILE",
        help="CSV, JSONL or Parquet with columns text, side [, report_id, source, date]; - is CSV on standard input.",
    ),
]
SideOption = Annotated[
    list[str] | None,
    typer.Option(
        "--side",
        metavar='"NAME=ALIAS,ALIAS"',
        help="A side and the names that speak for it; once for each side. Without it the sides are discovered.",
    ),
]
TargetOption = Annotated[
    list[str] | None,
    typer.Option("--target", metavar="TEXT", help="What stances are taken toward; may be repeated. Without it: found."),
]
ModelOption = Annotated[
    str | None,
    typer.Option("--model", metavar="MODEL", help="A directory or a hub id org/name; else the embedded model."),
]
ThresholdOption = Annotated[
    float | None,
    typer.Option(
        "--threshold", min=0.0, max=1.0, metavar="P", help="Contested from this p_contested on; else as shipped."
    ),
]
FormatOption = Annotated[
    Format | None,
    typer.Option(
        "--format",
        help="Without it: as the ending of --output tells, else a table to be read. In CSV a text that begins with"
        " = + - @ tab or return gets an apostrophe before it, so that no spreadsheet takes it for a formula.",
    ),
]
OutputOption = Annotated[
    Path | None,
    typer.Option(
        "--output", callback=_check_folder, metavar="FILE", help="Write the rows there, not to standard output."
    ),
]
HtmlOption = Annotated[
    Path | None,
    typer.Option(
        "--html", callback=_check_folder, metavar="PAGE", help="Also write the page: both accounts side by side."
    ),
]
TopOption = Annotated[int | None, typer.Option("--top", min=1, metavar="N", help="Only the first N rows.")]
ChoiceOption = Annotated[Table, typer.Option("--table", help="Which rows to write.")]
