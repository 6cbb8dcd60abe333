"""Main clauses that report: a subject, a cue verb and what is said behind it."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from narratives.extract.cues import base_forms, cue_verbs, cue_words
from narratives.extract.grammar import (
    ADDRESSEE,
    ADVERB,
    FINITE,
    NO_SUBJECT_END,
    SELF,
    WHEN_WHERE,
    Offsets,
    trim_subject,
)

_KINDS = ("quoted", "that", "clause", "adjective", "progressive", "object", "quote")
_CLAUSE_WORD = r"(?:that|how|why|whether|what|where|when)"
_AUXILIARY = re.compile(rf"\s*\b{ADVERB}$")
_PLURAL = re.compile(r"(?:s|they|people|police|staff|men|women|.*s['’])$", re.IGNORECASE)
_MANY = re.compile(r"^(?:Those|Many|Some|Most|Several|Both|Few|All|Others|Two|Three)\b|\sand\s", re.IGNORECASE)
_NO_SUBJECT = re.compile(r"(?:which|whom|that|if|when|whether|where|what|why|how|to)\b", re.IGNORECASE)
_NO_OBJECT = re.compile(
    r"\s*(?:[.,;?!)”]|$|(?:on|in|at|for|by|of|from|with|about|off|up|when|while|after|before|and|as)\b)"
)
_BE, _MODAL = re.compile(r"\b(?:is|was|are|were|be|been)\s"), re.compile(r"\b(?:will|would|can|could|may)\s")
_PARTICIPLE = re.compile(r".*(?:ed|told|said|put|held|found|known|read)$")


class Clause(NamedTuple):
    """A clause that reports."""

    source: Offsets
    cue: Offsets
    content: Offsets


class _Candidate(NamedTuple):
    """A verb that may report: its words, its kind, the auxiliaries and adverbs before it, "that" where there is one."""

    cue: str
    kind: str
    helped: str
    that: str | None
    subject: str
    content: str


@cache
def _verbs() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The cue verbs of each kind together with what leads over to their content."""
    that = (
        rf"(?P<that>\s+(?:to\s+{ADDRESSEE}\s+|{ADDRESSEE}\s+|(?:only|again|yesterday|today|later)\s+"
        rf"|(?:on|in|at|to|during|via|through|by|late|early|this|last)\s[^;:“”]{{0,60}}?\s+)?{_CLAUSE_WORD}\b)"
    )
    told = "|".join(rf"(?<={verb})\s+{ADDRESSEE}" for verb in ("told", "tells", "informed", "assured"))
    adjectives = rf"(?:is|are|was|were|remains?|seems?|appears?|makes?|made)\s+(?:\w+\s+)?(?:{cue_words('adjectives')})"
    patterns = {
        "quoted": r"(?P<cue>(?:was|were|is|are|been)\s+(?:\w+\s+)?quoted\b[^,;:“”]{0,60}?\bas\s+saying)\b"
        r"(?P<that>\s+that\b)?",
        "that": rf"(?P<cue>{cue_verbs('that')})\b{that}",
        "clause": rf"(?P<cue>{cue_verbs('clause')})\b(?:{that}|(?:{told})?)",
        "adjective": rf"(?P<cue>{adjectives})(?P<that>\s+that)\b",
        "progressive": rf"(?P<cue>(?:is|are|was|were)\s+(?:telling|{cue_words('participles')}))\b{that}",
        "object": rf"(?P<cue>{cue_verbs('object')})\b",
        "quote": rf"(?P<cue>{cue_verbs('quote', 'that', 'clause', 'object')})\b(?=[^“”:]{{0,40}}“|\s*:\s*“)",
    }
    return tuple((kind, re.compile(r"\b" + patterns[kind])) for kind in _KINDS)


def find_clause(mask: str, start: int, end: int) -> Clause | None:
    """Find the first verb that reports, its subject before it and what it reports behind it.

    Args:
        mask: The report's text, quotations masked.
        start: First character of the sentence.
        end: One past its last.

    Returns:
        The clause, or None where no verb reports.
    """
    candidates = [
        (found.start("cue"), -len(found["cue"]), order, kind, found)
        for order, (kind, pattern) in enumerate(_verbs())
        for found in pattern.finditer(mask, start, end)
    ]
    for *_, kind, found in sorted(candidates, key=lambda candidate: candidate[:3]):
        clause = _read_clause(mask, start, end, kind, found)
        if clause:
            return clause
    return None


def _read_clause(mask: str, start: int, end: int, kind: str, found: re.Match[str]) -> Clause | None:
    stop = start + len(mask[start : found.start("cue")].rstrip())
    helped = ""
    while adverb := _AUXILIARY.search(mask[start:stop]):
        helped = f"{adverb.group().strip()} {helped}"
        stop = start + len(mask[start : start + adverb.start()].rstrip())
    source = trim_subject(mask, start, stop)
    if source is None or NO_SUBJECT_END.search(mask[start:stop]):
        return None
    that = found.groupdict().get("that")
    begin = found.end()
    if that is None and (when := WHEN_WHERE.match(mask, begin, end)):
        begin = when.end()
    if that and (word := re.search(r"\w+$", that)) and word.group() != "that":
        begin -= len(word.group())
    candidate = _Candidate(found["cue"], kind, helped, that, mask[slice(*source)], mask[begin:end])
    if not _subject_fits(candidate) or not _content_fits(candidate):
        return None
    return Clause(source, found.span("cue"), (begin, end))


def _subject_fits(verb: _Candidate) -> bool:
    """Whether somebody speaks: no passive, no relative clause, no noun that looks like a verb."""
    if SELF.fullmatch(verb.subject) or _NO_SUBJECT.match(verb.subject):
        return False
    impersonal = verb.that is not None and re.fullmatch("it", verb.subject, re.IGNORECASE)
    if _BE.search(verb.helped) and verb.kind not in ("adjective", "progressive", "quoted") and not impersonal:
        return not _PARTICIPLE.match(verb.cue) and verb.cue not in base_forms()
    if verb.cue in base_forms():
        head = re.split(r",| (?:of|in|from|at|for|on|with|who) ", verb.subject)[0]
        plural = _PLURAL.search(head) or _PLURAL.search(verb.subject) or _MANY.search(verb.subject)
        return bool(plural) if not verb.helped else not re.search(r"\bc(?:an|ould)\s", verb.helped)
    nested = re.search(r"\b(?:who|which|that)\b", verb.subject)
    return verb.kind != "object" or not FINITE.search(verb.subject) or bool(nested)


def _content_fits(verb: _Candidate) -> bool:
    """Whether something said follows: an object or a clause, and no question or silence."""
    if verb.that and re.match(r"ask|wonder", verb.cue) and not verb.that.endswith("that"):
        return False
    if verb.that is None and verb.kind not in ("quote", "quoted") and _NO_OBJECT.match(verb.content):
        return False
    if re.match(r"respon|repl|object|agree|react|answer", verb.cue) and re.match(r"\s+(?:to|with)\b", verb.content):
        return False
    if re.match(r"believe|think|thought|hope|fear|suspect|feel|felt", verb.cue) and not verb.that:
        return verb.kind == "quote" or bool(FINITE.search(verb.content))
    if verb.kind == "object":
        if re.match(r"describ|depict|portray|characteri", verb.cue) and not re.search(r"\bas\b", verb.content):
            return False  # "both governments described the call" tells of an account, and gives none
        if _MODAL.search(verb.helped) or (
            verb.cue.startswith("want") and re.match(r"\s+to\s+(?:know|see|hear)\b", verb.content)
        ):
            return False
        return not re.match(r"put|count", verb.cue) or bool(re.search(r"\bat\b|\d", verb.content))
    return verb.kind != "clause" or "¤" in verb.content or len(verb.content.split()) > 1
