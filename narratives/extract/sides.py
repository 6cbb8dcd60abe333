"""Attribution + sides → Statement: which side each source speaks for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from narratives.errors import SidesError
from narratives.extract.cast import Cast
from narratives.extract.claims import restate
from narratives.extract.discourse import PRONOUNS, resolve
from narratives.types import Attribution, Report, Side, Span, Statement


def make_sides(sides: Mapping[str, Sequence[str]] | Sequence[Side]) -> tuple[Side, ...]:
    """Check the sides that were given.

    Args:
        sides: Name → aliases, or sides already made; at least two.

    Returns:
        The sides in their order.

    Raises:
        SidesError: There are fewer than two, two have one name or alias in common, or a side is not a name with a list
            of aliases.
    """
    if isinstance(sides, Mapping):
        for name, aliases in sides.items():
            if isinstance(aliases, str):
                raise SidesError(
                    f"the aliases of side {name!r} are the string {aliases!r}; expected a list: [{aliases!r}]"
                )
        made = [Side(name, tuple(aliases)) for name, aliases in sides.items()]
    else:
        made = list(sides)
    wrong = [side for side in made if not isinstance(side, Side)]
    if wrong:
        raise SidesError(f"{wrong[0]!r} is no side; expected a mapping of names to lists of aliases, or Side objects")
    if len(made) < 2:
        raise SidesError(f"got {len(made)} side(s); expected at least two, each with the aliases that speak for it")
    owners: dict[str, str] = {}
    for side in made:
        for alias in dict.fromkeys(name.casefold().strip() for name in (side.name, *side.aliases)):
            if alias in owners:
                raise SidesError(
                    f"{alias!r} is claimed by both {owners[alias]!r} and {side.name!r}; leave it to one of them"
                )
            owners[alias] = side.name
    return tuple(made)


def assign_sides(report: Report, attributions: Sequence[Attribution], sides: Sequence[Side]) -> list[Statement]:
    """Say for which side each attributed content stands.

    Args:
        report: The report.
        attributions: Of that report, in any order.
        sides: At least two.

    Returns:
        One statement per attribution and side, in text order; those whose source no side claims have the side "".

    Raises:
        SidesError: The sides cannot be used.
    """
    sides = make_sides(sides)
    statements: list[Statement] = []
    in_prose = {side.name: _in_prose(report.text, side.name) for side in sides}
    for attribution, owners in resolve(report, attributions, Cast(report.text, sides))[0]:
        content, voice = attribution.content, attribution.voice if attribution.carry_on else attribution.source
        text = report.text[content.start : content.end]
        for name in [sides[number].name for number in sorted(owners)] or [""]:
            statements.append(
                Statement(
                    report_id=report.report_id,
                    statement_id=f"s{len(statements) + 1}",
                    side=name,
                    source=voice.text if voice else "",
                    cue=attribution.cue.text if attribution.cue else "",
                    text=text,
                    claim=restate(
                        text, quotation=attribution.quotation, side=in_prose.get(name, ""), speaker=_proper(voice)
                    ),
                    start=content.start,
                    end=content.end,
                    quotation=attribution.quotation,
                    carry_on=attribution.carry_on,
                    found_by=attribution.found_by,
                    p=attribution.p,
                )
            )
    return statements


def _in_prose(text: str, name: str) -> str:
    """Give a side's name with the article that the report gives it."""
    return f"the {name}" if re.search(rf"\bthe {re.escape(name)}\b", text, re.IGNORECASE) else name


def _proper(voice: Span | None) -> str:
    """Give the words of a source that is a name."""
    return voice.text if voice and voice.text[:1].isupper() and voice.text.casefold() not in PRONOUNS else ""
