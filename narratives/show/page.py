"""Frames and reports → one HTML page that needs nothing but a browser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import jinja2
import pandas as pd
from markupsafe import Markup, escape

from narratives.errors import SchemaError
from narratives.show.marks import Mark, Stretch, cut_stretches
from narratives.show.visible import HIDDEN, escape_hidden
from narratives.types import Report

_N_COLOURS = 6


@dataclass(frozen=True, slots=True)
class _Side:
    """A side as the page shows it: every side has a letter, so that no colour is needed to tell it."""

    name: str
    number: int

    @property
    def letter(self) -> str:
        return chr(ord("A") + self.number) if self.number < 26 else str(self.number + 1)

    @property
    def colour(self) -> int:
        return self.number % _N_COLOURS + 1


@dataclass(frozen=True, slots=True)
class _Passage:
    """One side of a contested claim."""

    side: _Side
    text: str
    source: str
    cue: str
    anchor: str


@dataclass(frozen=True, slots=True)
class _Contest:
    """A contested claim, numbered by rank within its report."""

    anchor: str
    number: int
    p: float
    truncated: bool
    passages: tuple[_Passage, _Passage]


@dataclass(frozen=True, slots=True)
class _Column:
    """The statements of one side, where there is no report around them."""

    side: _Side
    statements: list[tuple[str, Mark]]


@dataclass(frozen=True, slots=True)
class _Stance:
    """Where a side stands toward a target, and the anchors and ids of the statements that it rests on."""

    stance: str
    p: float
    statements: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Section:
    """All that the page shows of one report, or of one comparison."""

    anchor: str
    report: Report | None
    report_id: str
    sides: list[_Side]
    n_statements: int
    contests: list[_Contest]
    stances: dict[str, dict[str, _Stance]]
    stretches: list[Stretch]
    columns: list[_Column]


def render_page(
    *,
    reports: Sequence[Report],
    statements: pd.DataFrame,
    contested: pd.DataFrame,
    stances: pd.DataFrame,
    signature: str,
    notes: Sequence[str] = (),
) -> str:
    """Render an analysis as one self-contained page: no script, no network.

    Args:
        reports: In the order to be shown; empty for statements that came in by hand.
        statements: Columns as `SCHEMA["statements"]`; offsets count characters of the report's text.
        contested: Columns as `SCHEMA["contested"]`, the most surely contested first.
        stances: Columns as `SCHEMA["stances"]`.
        signature: How the rows were made.
        notes: Sentences to be shown above all else, such as which reports could not be read.

    Returns:
        The page, HTML to be written as UTF-8. Texts are verbatim, but for characters that could disguise them
        (direction overrides, controls), which are written out.

    Raises:
        SchemaError: The offsets of a statement do not give its text.
    """
    names = dict.fromkeys([*statements["side"], *contested["side_a"], *contested["side_b"], *stances["side"]])
    sides = {name: _Side(name, number) for number, name in enumerate(names)}
    texts = {report.report_id: report for report in reports}
    report_ids = list(dict.fromkeys([*texts, *statements["report_id"]]))
    sections = []
    for number, report_id in enumerate(report_ids, start=1):
        sections.append(
            _make_section(
                "" if len(report_ids) == 1 else f"r{number}-",
                report_id,
                texts.get(report_id),
                sides,
                *(frame[frame["report_id"] == report_id] for frame in (statements, contested, stances)),
            )
        )
    return _template().render(
        sections=sections,
        sides=list(sides.values()),
        signature=signature,
        notes=notes,
        n_statements=len(statements),
        n_contested=len(contested),
    )


def _make_section(
    prefix: str,
    report_id: str,
    report: Report | None,
    sides: dict[str, _Side],
    statements: pd.DataFrame,
    contested: pd.DataFrame,
    stances: pd.DataFrame,
) -> _Section:
    contests = [_make_contest(prefix, number, row, sides) for number, row in enumerate(_rows(contested), start=1)]
    links: dict[str, list[tuple[str, str]]] = {}
    for contest in contests:
        for passage in contest.passages:
            links.setdefault(passage.anchor, []).append((contest.anchor, str(contest.number)))
    marks: list[tuple[str, Mark]] = []
    for row in _rows(statements):
        if report is not None and report.text[row["start"] : row["end"]] != row["text"]:
            raise SchemaError(
                f"statement {row['statement_id']} of report {report_id!r} is {row['text']!r}; expected the words at "
                f"{row['start']}-{row['end']}: {report.text[row['start'] : row['end']]!r}"
            )
        anchor = prefix + row["statement_id"]
        label = f"{row['side']}: {row['source']}" if row["source"] not in ("", row["side"]) else row["side"]
        mark = Mark(anchor, sides[row["side"]].number, label, row["start"], row["end"], tuple(links.get(anchor, ())))
        marks.append((row["text"], mark))
    here = [sides[name] for name in dict.fromkeys([*statements["side"], *stances["side"]])]
    return _Section(
        anchor=f"{prefix}report",
        report=report,
        report_id=report_id,
        sides=here,
        n_statements=len(statements),
        contests=contests,
        stances=_make_stances(prefix, stances),
        stretches=[] if report is None else cut_stretches(report.text, [mark for _, mark in marks]),
        columns=[_Column(side, [(text, mark) for text, mark in marks if mark.side == side.number]) for side in here]
        if report is None
        else [],
    )


def _make_contest(prefix: str, number: int, row: dict[str, Any], sides: dict[str, _Side]) -> _Contest:
    a, b = (
        _Passage(
            side=sides[row[f"side_{letter}"]],
            text=row[f"text_{letter}"],
            source=row[f"source_{letter}"],
            cue=row[f"cue_{letter}"],
            anchor=prefix + row[f"statement_{letter}"],
        )
        for letter in ("a", "b")
    )
    return _Contest(f"{prefix}c{number}", number, row["p_contested"], row["truncated"], (a, b))


def _make_stances(prefix: str, stances: pd.DataFrame) -> dict[str, dict[str, _Stance]]:
    """Target → side → stance."""
    made: dict[str, dict[str, _Stance]] = {}
    for row in _rows(stances):
        rests_on = [(prefix + statement_id, statement_id) for statement_id in row["statement_ids"].split()]
        made.setdefault(row["target"], {})[row["side"]] = _Stance(row["stance"], row[f"p_{row['stance']}"], rests_on)
    return made


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(column): value for column, value in row.items()} for row in frame.to_dict("records")]


def _write_out(text: str) -> Markup:
    """Escape a text, and write out, set apart, the characters that could disguise it."""
    parts, last = [], 0
    for found in HIDDEN.finditer(text):
        parts += [
            escape(text[last : found.start()]),
            Markup('<span class="hidden">{}</span>').format(escape_hidden(found[0])),
        ]
        last = found.end()
    return Markup("").join([*parts, escape(text[last:])])


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        loader=jinja2.PackageLoader("narratives.show", "."),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"visible": _write_out, "plain": escape_hidden}
    return environment.get_template("page.html.jinja")
