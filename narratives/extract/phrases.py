"""Noun phrases around a name: where it starts, the role before it, the apposition after it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from narratives.extract.nouns import (
    ARTICLES,
    MARKS,
    NO_NAMES,
    OWNERS,
    PARTICLES,
    Word,
    is_insider,
    is_outsider,
    looks_like_person,
    places,
    roles,
)

_MAX_APPOSITION = 14
_MAX_ROLE = 8


def person_names(text: str, words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Find `[start, end)` of names that could be persons', titles left out; one word is enough after a title."""
    i = 0
    while i < len(words):
        end = i
        while end < len(words) and _goes_on(text, words, i, end):
            end += 1
        posts = (j + 1 for j in range(i, end - 1) if _introduces(words[j]))
        start = max(posts, default=i)  # "Kazakh President Nurlan Seitov"
        if i > 1 and start == i and words[i - 1].stem == "of" and is_insider(words[i - 2]) and words[i - 2].capital:
            start += 1  # "Secretary of State Antony Blinken"
        titled = start > 0 and (
            words[start - 1].stem in roles()["titles"] or (start > i and is_insider(words[start - 1]))
        )
        last = end
        while last - start > 1 and words[last - 1].stem in roles()["titles"]:
            last -= 1  # "Simon Aldous KC"
        if looks_like_person(words[start:last]) or (titled and last - start == 1):
            yield start, last
        i = max(end, i + 1)


def _introduces(word: Word) -> bool:
    """Tell whether a capitalised word before a name is no part of it."""
    return word.stem in roles()["titles"] | NO_NAMES or is_insider(word) or (word.stem,) in places()


def _goes_on(text: str, words: Sequence[Word], start: int, i: int) -> bool:
    """Tell whether word i belongs to the name that starts at `start`."""
    gap = text[words[i - 1].end : words[i].start] if i > start else " "
    if gap not in (" ", "\u00a0", ". ") or (gap == ". " and words[i - 1].stem not in roles()["titles"]):
        return False
    if i > start and words[i - 1].possessive:
        return False
    particle = words[i].stem in PARTICLES and i > start and i + 1 < len(words) and words[i + 1].capital
    return (words[i].capital and not words[i].stem.isdigit()) or particle


def role_before(text: str, words: Sequence[Word], start: int) -> int:
    """Give the first word of the role that stands before a name: "Cambodian government spokeswoman"."""
    i = start
    named = False  # an organisation's name has been passed; what stands before it is another phrase
    while i and start - i < _MAX_ROLE and _adjoins(text, words, i, comma=i == start):
        word = words[i - 1]
        bridge = word.stem in ("of", "for") and i < start and words[i].capital
        post = is_insider(word) or word.stem in roles()["titles"]
        adjective = i < start and not named and word.stem not in MARKS | NO_NAMES and not word.stem.endswith("ed")
        if word.stem in ARTICLES | OWNERS or not (word.capital or post or bridge or adjective):
            break
        named = word.capital and not post
        i -= 1
    if i == start:
        i = _office_before(text, words, start)
    return i


def _adjoins(text: str, words: Sequence[Word], i: int, *, comma: bool) -> bool:
    """Tell whether word i and the one before it can belong to one role; after the role itself a comma may stand."""
    word = words[i - 1]
    gap = text[word.end : words[i].start]
    abbreviated = gap == ". " and (word.stem in roles()["titles"] or "." in word.stem)
    return gap in (" ", "' ", "’ ") or abbreviated or (comma and gap == ", " and is_insider(word))


def _office_before(text: str, words: Sequence[Word], start: int) -> int:
    """Give the first word of an office that stands before a name and comma: "the mayor of Krokowa, Bożena Hinz"."""
    if not start or text[words[start - 1].end : words[start].start] != ", ":
        return start
    for i in range(start - 2, max(start - _MAX_ROLE, 0) - 1, -1):
        if text[words[i].end : words[i + 1].start] != " ":
            return start
        if is_insider(words[i]) and words[i + 1].stem in ("of", "for", "at", "from"):
            return i
    return start


def client_before(text: str, words: Sequence[Word], start: int) -> Sequence[Word]:
    """Give whom a person is said to speak for ahead of the name: "Appearing for the Council, Mr Lindqvist"."""
    while start and words[start - 1].stem in roles()["titles"]:
        start -= 1
    sentence = start
    while sentence and start - sentence < 8 and text[words[sentence - 1].end : words[sentence].start] in (" ", ", "):
        sentence -= 1
    ahead = next((i for i in range(sentence, start) if words[i].stem == "for"), start)
    comma = start > 0 and text[words[start - 1].end : words[start].start] == ", "
    opens = ahead == sentence or (
        ahead == sentence + 1 and text[words[sentence].start : words[sentence].end].endswith("ing")
    )
    return words[ahead + 1 : start] if comma and opens else ()


def sentence_start(text: str, words: Sequence[Word], i: int) -> int:
    """Give the first word of the sentence of word i."""
    while i and not re.search(r"[.!?…\n]", text[words[i - 1].end : words[i].start]):
        i -= 1
    return i


def owned_role(text: str, words: Sequence[Word], start: int) -> int | None:
    """Give the pronoun of a role that stands before a name: "its" in "its counsel, Simon Aldous"."""
    i = start - 1
    if i >= 0 and words[i].stem in roles()["titles"]:
        i -= 1
    if i < 1 or not is_insider(words[i]) or text[words[i].end : words[i + 1].start] not in (" ", ", "):
        return None
    while i and start - i < 6 and text[words[i - 1].end : words[i].start] == " ":
        i -= 1
        if words[i].stem in OWNERS:
            return i
    return None


def apposition_after(text: str, words: Sequence[Word], end: int) -> int:
    """Give the end of the apposition after a name: ", who heads the Authority's digital section"."""
    if end >= len(words):
        return end
    gap = text[words[end - 1].end : words[end].start]
    opens = (
        words[end].stem in MARKS | {"an", "a", "the"} | OWNERS
        or words[end].capital
        or is_insider(words[end])
        or is_outsider(words[end])
    )
    if not (gap == " " and words[end].stem in ("of", "for", "from")) and not (gap == ", " and opens):
        return end
    i = end + 1
    while i < len(words) and i - end < _MAX_APPOSITION and text[words[i - 1].end : words[i].start] in (" ", "' ", "’ "):
        i += 1
    holds_post = any(is_insider(word) or is_outsider(word) or word.stem in roles()["ties"] for word in words[end:i])
    return i if holds_post or words[end].stem in ("of", "for", "from") else end
