"""Speakers' turns of a transcript: paragraphs that open with a label which comes back, as in "HOST: …"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from narratives.extract.cues import cue_words
from narratives.extract.segment import Paragraph

_LABEL = re.compile(r"(?P<label>[A-ZÀ-Þ@][^:“”\"\n.?!]{0,60}|(?:Mr|Ms|Mrs|Dr)\.? [^:“”\"\n.?!]{0,50}):\s+(?=\S)")
_MAX_WORDS = 7
_MIN_TURNS = 2
_HOST_ASKS = 0.25


@dataclass(frozen=True, slots=True)
class Turn:
    """Who speaks in a paragraph: `start`/`end` of the label, and whether it is the one who asks the questions."""

    start: int
    end: int
    host: bool


def find_turns(text: str, paragraphs: list[Paragraph]) -> dict[int, Turn]:
    """Find the paragraphs that are turns of a transcript.

    Args:
        text: The report's text.
        paragraphs: Its paragraphs.

    Returns:
        The turn of each paragraph that is one, by the paragraph's `start`. A label counts when it opens two paragraphs,
        or stands in capitals beside such labels, and no quotation follows it.
    """
    labels: dict[str, list[tuple[Paragraph, int, int]]] = {}
    for paragraph in paragraphs:
        if not paragraph.sentences:
            continue
        found = _LABEL.match(text, paragraph.sentences[0].start, paragraph.end)
        if found and len(found["label"].split()) <= _MAX_WORDS and text[found.end()] not in '“"«„‘':
            labels.setdefault(found["label"], []).append((paragraph, *found.span("label")))
    if all(len(turns) < _MIN_TURNS for turns in labels.values()):
        return {}
    labels = {label: turns for label, turns in labels.items() if len(turns) >= _MIN_TURNS or label.isupper()}
    hosts = _find_hosts(text, labels)
    return {
        paragraph.start: Turn(start, end, host=label in hosts)
        for label, turns in labels.items()
        for paragraph, start, end in turns
    }


def _find_hosts(text: str, labels: dict[str, list[tuple[Paragraph, int, int]]]) -> set[str]:
    """The labels of whoever asks: called host or the like, or first to speak and often asking.

    "ELENA PARK, HOST" goes on as "PARK", so every label that shares a name with a host's is one.
    """
    words = set(cue_words("hosts").split("|"))
    names = {label: set(re.findall(r"\w+", label.lower())) for label in labels}
    first = next(iter(labels))
    hosts = {label for label in labels if names[label] & words or (label == first and _asks(text, labels[label]))}
    shared = {name for label in hosts for name in names[label]}
    return {label for label in labels if names[label] & shared}


def _asks(text: str, turns: list[tuple[Paragraph, int, int]]) -> bool:
    """Whether a speaker's turns often hold a question."""
    return sum("?" in text[end : paragraph.end] for paragraph, _, end in turns) >= _HOST_ASKS * len(turns)
