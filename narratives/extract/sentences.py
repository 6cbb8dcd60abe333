"""One sentence → the attributions that its own words mark."""

from __future__ import annotations

import re
from functools import cache

from narratives.extract.asides import LEAD_IN, cut_chunks, find_aside, goes_on_after
from narratives.extract.clauses import Clause, find_clause
from narratives.extract.cues import cue_verbs, cue_words
from narratives.extract.grammar import FINITE, Finding, Offsets, trim_subject

_LEAD = re.compile(r"(?:(?:And|But|So|Yet|Or|Nor|Then)\s+(?=[a-zÀ-ž“]))?")
_COLON = re.compile(r":(?=\s|“)")
_SHORT_SOURCE = re.compile(
    r"(?P<source>him|her|them|it|us|(?:the|a|an|his|its|their)\s+[\w-]+|[A-ZÀ-Þ][\w.’'-]*(?:\s+[A-ZÀ-Þ][\w.’'-]*)*)\s+"
)
_LABEL = re.compile(
    r"[@#]?[A-ZÀ-Þ][\w.’'@-]*(?:\s+(?:(?:of|the|for|de|di|da|van|von|la|le)\s+)*[A-ZÀ-Þ][\w.’'@-]*){0,5}"
)
_CLAUSE = re.compile(
    r"(?:an?|the|no|his|her|its|their|it|they|there|this|that|these|those|some|many|most|both|one|two|three|\d+|"
    r"nobody|nothing|none|[A-ZÀ-Þ][\w’'-]+)\s+\S+\s+\S"
)
"""How a clause with a subject of its own begins, whatever its verb."""
_OPENING = re.compile(
    r"(?P<cue>according\s+to|in\s+the\s+(?:words|view|opinion|telling)\s+of|if\s+(?:one|you)\s+\w+)\s+", re.IGNORECASE
)
_QUOTED_AS = re.compile(r"\bquot(?:ed|es)\s+(?P<source>[^,;:“”]{2,80}?)\s+as\s+saying\b")
_MIN_QUOTED = 15
_COPULA = re.compile(r"\b(?:is|was|are|were|be|been|remains?|remained|did\s+not|does\s+not)\s*$")
_WORK = re.compile(r"\b(?:headed|headlined|titled|nicknamed|entitled|named|song|film|book|album)\W*$")


def find_in_sentence(mask: str, start: int, end: int) -> list[Finding]:
    """Find what a sentence attributes by its own words.

    Args:
        mask: The report's text, quotations masked.
        start: First character of the sentence.
        end: One past its last.

    Returns:
        The attributions in text order, contents untrimmed. Empty where the sentence names no source of its own.
    """
    lead = _LEAD.match(mask, start, end)
    start = lead.end() if lead else start
    readers = (_read_quoted_as, _read_aside, _read_colon, _read_opening, _read_clauses, _read_bare_quotation)
    return next((found for read in readers if (found := read(mask, start, end))), [])


def _read_quoted_as(mask: str, start: int, end: int) -> list[Finding]:
    """Read "the agency quoted X as saying …"."""
    found = _QUOTED_AS.search(mask, start, end)
    return [Finding(((found.end(), end),), found.span("source"), found.span())] if found else []


def _read_aside(mask: str, start: int, end: int) -> list[Finding]:
    """Read "…, he said, …"; what an "and" joins on behind is a statement of its own."""
    aside = find_aside(mask, start, end)
    if not aside:
        return []
    source, cue, _ = aside.clause
    first = Finding((aside.before,), source, cue)
    if aside.rest is None:
        return [first]
    joint = re.compile(r"(?:and|but|while|whereas)\s+(?=\S)").match(mask, aside.rest, end)
    if joint and mask[aside.before[0]] != "“":
        more = find_in_sentence(mask, joint.end(), end)
        if not more and _is_clause(mask, joint.end(), end):
            more = [Finding(((joint.end(), end),), source, cue)]
        return [first, *more]
    return [Finding((aside.before, (aside.rest, end)), source, cue)] if goes_on_after(mask, aside, end) else [first]


def _is_clause(mask: str, start: int, end: int) -> bool:
    """Whether a joined stretch has a subject of its own, unlike "and left" or "and then with gaps"."""
    begins = FINITE.match(mask, start, end) or re.compile(r"(?:then|so|not|who|which)\b").match(mask, start, end)
    return bool(_CLAUSE.match(mask, start, end) or (FINITE.search(mask, start, end) and not begins))


@cache
def _announces() -> re.Pattern[str]:
    """What before a colon announces speech: a cue verb or a noun of saying, near the colon."""
    verbs, nouns = cue_verbs("clause", "that"), cue_words("accounts")
    possessed = "|".join(rf"(?<={owner}\s)(?:{nouns})" for owner in ("['’]s", "s['’]", r"\bhis", r"\bher", r"\bits"))
    return re.compile(
        rf"\b(?P<cue>{verbs}|otherwise|differently|{possessed}|(?:{nouns})(?=\s+(?:of|from)\s))\b"
        r"(?!.*\bthat\b)(?:[\s,]+[\w’'-]+){0,8}\s*$"
    )


def _read_colon(mask: str, start: int, end: int) -> list[Finding]:
    """Read "X: …": a speaker's line, "X told reporters: …", "X's version: …"."""
    colon = _COLON.search(mask, start, end)
    if not colon or "¤" in mask[start : colon.start()] or not re.search(r"[\w¤]", mask[colon.end() : end]):
        return []
    head, said = mask[start : colon.start()], mask[colon.end() : end]
    content = ((colon.end(), end),)
    announced = _announces().search(head)
    if announced and not re.search(r"\bto\s*$", head[: announced.start("cue")]):
        cue = (start + announced.start("cue"), start + announced.end("cue"))
        return [Finding(content, trim_subject(mask, start, cue[0]), cue)]
    if re.match(r"\s*[–—-]?\s*“", said) or _is_speaker(head, said):
        return [Finding(content, find_speaker(mask, start, colon.start()), colon.span())]
    return []


def find_speaker(mask: str, start: int, end: int) -> Offsets | None:
    """Find the noun phrase that a clause before a colon or a quotation is about.

    Args:
        mask: The report's text, quotations masked.
        start: First character of the clause.
        end: One past its last.

    Returns:
        What stands before the first comma, unless that only leads in; else the subject of the first verb.
    """
    verb = FINITE.search(mask, start, end)
    if not verb:
        return start, end
    comma = mask.find(",", start, end)
    if start < comma < verb.start() and not LEAD_IN.match(mask, start):
        return start, comma
    return trim_subject(mask, start, verb.start())


def _is_speaker(head: str, said: str) -> bool:
    """Whether a label without quotation marks after it names a speaker; capitals alone name a section."""
    if head.isupper() or head.lower() in cue_words("notices").split("|"):
        return False
    return bool(_LABEL.fullmatch(head)) and len(said.split()) > 3


def _read_opening(mask: str, start: int, end: int) -> list[Finding]:
    """Read "According to X, …" and "In X's words …"."""
    if opening := _OPENING.match(mask, start, end):
        return _read_after_opening(mask, opening, end)
    owner = r"his|her|its|their|(?:[\w.-]+\s+){0,5}?[\w.-]+(?:['’]s|s['’])"
    named = re.compile(
        rf"(?P<cue>(?:In|By|On|To)\s+(?P<source>{owner})\s+(?:\w+\s+)?(?:{cue_words('accounts')}))\b[,:]?\s+"
        r"(?!(?:of|to|on|in|from|for|at|and)\b)"
    ).match(mask, start, end)
    return [Finding(((named.end(), end),), named.span("source"), named.span("cue"))] if named else []


def _read_after_opening(mask: str, opening: re.Match[str], end: int) -> list[Finding]:
    """Part the source from the content: by the comma, or behind a pronoun or a name where there is none."""
    first, *others = cut_chunks(mask, opening.end(), end) or [(end, end)]
    if others and not FINITE.search(mask, *first):
        # An apposition stands between: "According to Akorda, the presidential office, the call …".
        apposed = len(others) > 1 and not FINITE.search(mask, *others[0]) and FINITE.search(mask, others[1][0], end)
        return [Finding(((others[1 if apposed else 0][0], end),), first, opening.span("cue"))]
    short = _SHORT_SOURCE.match(mask, opening.end(), end)
    return [Finding(((short.end(), end),), short.span("source"), opening.span("cue"))] if short else []


def _read_clauses(mask: str, start: int, end: int) -> list[Finding]:
    """Read "X said …"; "X said A, while Y said B" is cut where Y begins."""
    clause = find_clause(mask, start, end)
    if not clause:
        return []
    for joint in re.compile(r",\s+(?:while|whereas|but|and)\s+").finditer(mask, clause.content[0], end):
        following = find_clause(mask, joint.end(), end)
        if following and _is_new_source(mask, following, joint.end()):
            cut = (clause.content[0], joint.start())
            return [Finding((cut,), clause.source, clause.cue), *_read_clauses(mask, joint.end(), end)]
    return [Finding((clause.content,), clause.source, clause.cue)]


def _is_new_source(mask: str, clause: Clause, begin: int) -> bool:
    """Whether a joined clause has a subject of its own; a pronoun there is as likely part of what is said."""
    return clause.source[0] == begin and not re.match(r"(?:he|she|it|they)\b", mask[begin : clause.source[1]])


def _read_bare_quotation(mask: str, start: int, end: int) -> list[Finding]:
    """Read a sentence that quotes somebody without any word of saying: "he saw “a hall and much tarpaulin”"."""
    quotes: list[Offsets] = [
        found.span() for found in re.compile(rf"“¤{{{_MIN_QUOTED},}}”?").finditer(mask, start, end)
    ]
    if not quotes or not re.search(r"\w", mask[start:end]):
        return []
    if quotes[0][0] == start:
        by = re.compile(r"\s+[–—-]\s+(?P<source>[A-ZÀ-Þ][^,.]*)").match(mask, quotes[0][1], end)
        return [Finding((quotes[0],), by.span("source") if by else None, None)]
    if _WORK.search(mask[start : quotes[0][0]]):
        return []
    is_said_of_something = _COPULA.search(mask[start : quotes[0][0]])
    source = None if is_said_of_something else find_speaker(mask, start, quotes[0][0])
    return [Finding(((quotes[0][0], quotes[-1][1]),), source, None)]
