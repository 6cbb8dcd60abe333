"""A text and its statements → stretches that can be marked up, however the statements overlap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from narratives.errors import SchemaError


@dataclass(frozen=True, slots=True)
class Mark:
    """One statement in a text.

    Attributes:
        anchor: Its id on the page.
        side: Number of its side, from 0.
        label: Who says it, for the tooltip.
        start: First character.
        end: One past the last character.
        contests: Anchors and numbers of the contested claims that it belongs to.
    """

    anchor: str
    side: int
    label: str
    start: int
    end: int
    contests: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Stretch:
    """Characters that all lie in the same statements.

    Attributes:
        text: The characters, verbatim.
        marks: The statements around them, the shortest first; none for what no side says.
        begins: Those that begin here.
        ends: Those that end here.
    """

    text: str
    marks: tuple[Mark, ...]
    begins: tuple[Mark, ...]
    ends: tuple[Mark, ...]


def cut_stretches(text: str, marks: Sequence[Mark]) -> list[Stretch]:
    """Cut a text wherever a statement begins or ends.

    Args:
        text: The whole text.
        marks: Its statements, in any order; they may overlap, nest and coincide.

    Returns:
        The stretches, in text order; joined they are the text.

    Raises:
        SchemaError: A statement is empty or lies outside the text.
    """
    for mark in marks:
        if not 0 <= mark.start < mark.end <= len(text):
            raise SchemaError(
                f"statement {mark.anchor} lies at {mark.start}-{mark.end}; expected offsets within "
                f"the {len(text)} characters of its report"
            )
    bounds = sorted({0, len(text), *(place for mark in marks for place in (mark.start, mark.end))})
    waiting = sorted(marks, key=lambda mark: mark.start, reverse=True)
    around: list[Mark] = []
    stretches: list[Stretch] = []
    for start, end in pairwise(bounds):
        around = [mark for mark in around if mark.end > start]
        while waiting and waiting[-1].start == start:
            around.append(waiting.pop())
        stretches.append(
            Stretch(
                text=text[start:end],
                marks=tuple(sorted(around, key=lambda mark: mark.end - mark.start)),
                begins=tuple(mark for mark in around if mark.start == start),
                ends=tuple(mark for mark in around if mark.end == end),
            )
        )
    return stretches
