"""`python -m benchmarks.tables`: write the results into README.md and docs/*.md; `--check` fails if they are stale.

A table stands between `<!-- table: NAME -->` and `<!-- /table -->`; NAME is a suite, or `SUITE brief`.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.results import RESULTS, Row, read_results
from narratives.errors import InputError, NarrativesError
from narratives.types import KINDS

ROOT = Path(__file__).parents[1]
PAGES = ("README.md", "docs/*.md", "benchmarks/README.md", "narratives/models/default/README.md")
_MARKED = re.compile(r"<!-- table: (?P<name>[^>]+?) -->\n.*?<!-- /table -->", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Attributes:
        title: Its head.
        key: Of the row.
        digits: After the point; percentages count in hundredths.
        percent: Shown times 100.
        interval: Show the 95 % interval behind the figure.
    """

    title: str
    key: str
    digits: int = 1
    percent: bool = True
    interval: bool = False

    def show(self, row: Row) -> str:
        """Give the cell."""
        value = row.get(self.key)
        if value is None or value == "":
            return "–"
        shown = self._number(value)
        bounds = row.get(f"{self.key}_interval") if self.interval else None
        return f"{shown} ({self._number(bounds[0])}–{self._number(bounds[1])})" if bounds else shown

    def _number(self, value: Any) -> str:
        if isinstance(value, str) or isinstance(value, bool):
            return str(value).replace("|", "\\|")
        if isinstance(value, int):
            return f"{value:,}"
        return f"{value * 100 if self.percent else value:,.{self.digits}f}"


def _text(title: str, key: str) -> Column:
    return Column(title, key)


_SET = (_text("set", "set"), _text("method", "method"))
_PRF = (Column("P", "precision"), Column("R", "recall"), Column("F1", "f1", interval=True))
_STANCE = (Column("macro-F1", "macro_f1", interval=True), Column("F-avg", "f_avg"), Column("accuracy", "accuracy"))
_NLI = (
    *_SET,
    Column("n", "n"),
    Column("accuracy", "accuracy", interval=True),
    Column("macro-F1", "macro_f1"),
    Column("ECE", "ece"),
)
_CONTEST = (
    _text("set", "set"),
    _text("form", "form"),
    _text("method", "method"),
    Column("pairs", "n"),
    Column("base rate", "base_rate"),
    Column("AP", "ap", interval=True),
    Column("AP / base", "ap_over_base", 1, percent=False),
)
COLUMNS: Mapping[str, tuple[Column, ...]] = {
    "labels": (
        _text("set", "set"),
        _text("split", "split"),
        Column("disputes, reports, items", "n_groups"),
        Column("pairs", "n"),
        Column("contested", "contested"),
        Column("contradictions among them", "contradictions"),
        Column("entailment", "entailment"),
        *(Column(f"{number} {name}", name) for number, name in enumerate(KINDS, 1)),
    ),
    "agreement": (
        _text("pairs", "method"),
        Column("n", "n"),
        Column("kappa, contested", "kappa_contested", 2, percent=False, interval=True),
        Column("kappa, relation", "kappa_relation", 2, percent=False, interval=True),
        *_PRF,
    ),
    "nli": _NLI,
    "contest": (*_CONTEST, *_PRF, Column("ECE", "ece")),
    "attribution": (_text("set", "set"), _text("role", "role"), Column("documents", "n"), *_PRF),
    "statements": (
        _text("set", "set"),
        _text("what", "method"),
        _text("sides", "sides"),
        Column("reports", "n"),
        *_PRF,
        Column("side accuracy", "side_accuracy"),
        Column("reports without sides", "n_without_sides"),
    ),
    "stance": (*_SET, Column("n", "n"), *_STANCE, _text("seen by the fit", "seen")),
    "give-aways": (
        _text("set", "set"),
        _text("form", "form"),
        _text("method", "method"),
        Column("n", "n"),
        Column("base rate", "base_rate"),
        Column("AP", "ap", interval=True),
        Column("AP / base", "ap_over_base", percent=False),
        Column("accuracy", "accuracy", interval=True),
    ),
    "throughput": (
        *_SET,
        Column("pairs", "n"),
        Column("seconds, median", "seconds", 2, percent=False),
        Column("pairs/s", "pairs_per_second", 0, percent=False),
        Column("× sentence-transformers", "ratio", 2, percent=False),
        Column("largest difference", "largest_difference", 4, percent=False),
    ),
}
_WITHOUT_MODEL = (
    *("majority", "always favor", "word overlap + negation", "cosine", "rules"),
    *("statement a alone", "statement b alone", "hypothesis alone"),
)
_BRIEF_CONTEST = ("cosine", "NLI contradiction, mean", "contested output", "blend")
BRIEF: Mapping[str, Callable[[Row], bool]] = {
    "nli": lambda row: row["method"] == "model" and row["set"] in ("mnli-dev_matched", "snli-dev", "anli-dev"),
    "contest": lambda row: row["set"] != "seeds" and row["method"] in _BRIEF_CONTEST,
    "attribution": lambda row: True,
    "statements": lambda row: True,
    "stance": lambda row: row["method"] == "model",
    "throughput": lambda row: True,
}
"""Which rows `SUITE brief` keeps."""


def _name_row(row: Row, result: Mapping[str, Any], several: bool) -> Row:
    """Name the model in its rows where a table has several."""
    if not several or row.get("method", "majority") in _WITHOUT_MODEL:
        return row
    return {**row, "method": f"{row['method']}, {result['model']}"}


def _origin(result: Mapping[str, Any]) -> str:
    hardware = result["hardware"]
    where = hardware["gpu"] or f"{hardware['cpu']} ({' '.join(hardware['flags'])}), {hardware['threads']} threads"
    limit = f"; at most {result['row_limit']} rows of each set" if result.get("row_limit") else ""
    return f"<sub>`{result['signature']}`; seed {result['seed']}; {where}; {result['date']}{limit}</sub>"


def render_table(name: str, results: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """Render one table as Markdown.

    Args:
        name: A suite, or `SUITE brief`.
        results: Suite → results, as `read_results` gives them.

    Returns:
        The table, what was not run, and where the figures come from; a line that says so where there is no result.

    Raises:
        InputError: There is no such table.
    """
    suite, _, brief = name.partition(" ")
    if suite not in COLUMNS or brief not in ("", "brief") or (brief and suite not in BRIEF):
        known = [*COLUMNS, *(f"{each} brief" for each in BRIEF)]
        raise InputError(f"there is no table {name!r}; expected one of {', '.join(known)}")
    found = results.get(suite, ())
    if not found:
        return f"*Not measured yet: `python -m benchmarks {suite}`.*"
    columns = COLUMNS[suite]
    rows = [(row, result) for result in found for row in result["rows"]]
    kept = [(row, result) for row, result in rows if "not_run" not in row and (not brief or BRIEF[suite](row))]
    seen: set[tuple[str, ...]] = set()
    lines = ["| " + " | ".join(column.title for column in columns) + " |", "|" + " --- |" * len(columns)]
    for row, result in kept:
        named = _name_row(row, result, len(found) > 1)
        cells = tuple(column.show(named) for column in columns)
        if cells not in seen:  # baselines that use no model are the same in every result
            seen.add(cells)
            lines.append("| " + " | ".join(cells) + " |")
    missing = dict.fromkeys(f"{row['set']}: {row['not_run']}" for row, _ in rows if "not_run" in row)
    lines += ["", *(f"- {line}" for line in missing)] if missing else []
    return "\n".join([*lines, "", *dict.fromkeys(_origin(result) for result in found)])


def fill_page(text: str, results: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """Put the tables between the markers of a page.

    Args:
        text: Markdown.
        results: As for `render_table`.

    Returns:
        The page with its tables made anew.

    Raises:
        InputError: A marker names no table, or an opening marker is never closed.
    """
    opened, closed = text.count("<!-- table: "), text.count("<!-- /table -->")
    if opened != closed:
        raise InputError(f"the page has {opened} opening and {closed} closing table markers; expected as many")
    return _MARKED.sub(
        lambda found: f"<!-- table: {found['name']} -->\n{render_table(found['name'], results)}\n<!-- /table -->", text
    )


def update_pages(root: Path = ROOT, *, folder: Path = RESULTS, check: bool = False) -> list[Path]:
    """Make the tables of all pages anew.

    Args:
        root: Of the repository.
        folder: With the results.
        check: Write nothing.

    Returns:
        The pages that were stale.
    """
    results = read_results(folder)
    stale = []
    for path in (path for pattern in PAGES for path in sorted(root.glob(pattern))):
        text = path.read_text(encoding="utf-8")
        try:
            filled = fill_page(text, results)
        except InputError as error:
            raise InputError(f"{path}: {error}") from error
        if filled != text:
            stale.append(path)
            if not check:
                path.write_text(filled, encoding="utf-8")
    return stale


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line.

    Args:
        arguments: Without the program's name; None takes `sys.argv`.

    Returns:
        Exit code: 0, or 1 where a page is stale or broken.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tables", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a page is stale")
    given = parser.parse_args(arguments)
    try:
        stale = update_pages(check=given.check)
    except NarrativesError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    for path in stale:
        print(f"{path.relative_to(ROOT)}: {'stale; run `make docs`' if given.check else 'updated'}", file=sys.stderr)
    return int(given.check and bool(stale))


if __name__ == "__main__":
    sys.exit(main())
