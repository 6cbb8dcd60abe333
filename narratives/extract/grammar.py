"""The little grammar that the readers of sentences share: finite verbs, adverbs, adverbial tails, noun phrases.

All of it reads a text whose quotations are masked (`segment.mask_quotes`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

Offsets = tuple[int, int]

_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"

ADVERB = (
    r"(?:also|then|later|still|again|further|now|once|twice|often|never|only|just|even|first|always|too|meanwhile|"
    r"has|have|had|would|will|could|can|may|did|does|do|is|was|are|were|be|been|not|in turn|in reply|"
    r"for (?:his|her|its) part|\w+ly)"
)
"""Adverbs and auxiliaries between a subject and its cue verb."""

TAIL = (
    r"(?:on|in|at|to|by|with|from|of|when|while|after|before|during|as|through|over|via|outside|inside|late|early|this|"
    rf"last|yesterday|today|later|again|back|then|about|for|who|whose|down|out|several|shortly|moments|minutes|hours|days|{_WEEKDAY}|"
    r"(?!(?:reply|family|ally|assembly|supply|Italy|July)\b)\w+ly|\w+ing|and)\b"
)
"""How an adverbial behind a cue begins: "said X in Osaka", "he said on Monday"."""

WHEN_WHERE = re.compile(
    rf"\s*(?:(?:on|late|early)\s+)*(?:{_WEEKDAY}|yesterday|today)(?:\s+(?:morning|afternoon|evening|night))?\b"
    r"|\s*in\s+(?:a|an|its|his|her|their|the)\s+(?:\w+\s+){0,2}?"
    r"(?:statement|letter|interview|filing|tweet|post|speech|e-?mail|readout|note)\b"
)
"""When and where something was said, between a cue verb and a content without "that"."""

ADDRESSEE = (
    r"(?:(?:us|him|them|me|her|it|you)\b(?!\s+own)|(?:the|a|an|his|her|its|their|our|my)\s+(?:[a-z-]+\s+){0,2}?[\w’'-]+|"
    r"parliament|[a-z]{3,}s\b|[A-Z][\w&.’'-]*(?:\s+[A-Z][\w&.’'-]*){0,3})"
)
"""Whom somebody told."""

FINITE = re.compile(
    r"\b(?:is|was|are|were|has|have|had|will|would|can|cannot|could|may|might|must|shall|should|do|does|did|\w{2,}ed|came|went|"
    r"got|gave|took|made|stood|held|ran|fell|left|kept|began|knew|saw|lost|met|put|set|cut|goes|takes|gives|makes|holds|"
    r"runs|comes|gets|means|remains|lies|stands|needs|wants|remain|paid|sent|said|told|spent|built|won|found|bought|"
    r"sold|brought|thought|felt|led|rose|grew|drew|broke|chose|drove|wrote|spoke|caught|fought|sought|shot|sat|tore)\b"
    r"|n['’]t\b|['’](?:ll|re|ve|d)\b"
)
"""Most finite verbs; what tells a clause from a fragment or an apposition."""

NO_SUBJECT_END = re.compile(
    r"(?:^|\s)(?:the|a|an|this|that|these|those|his|her|its|their|our|my|your|no|any|some|each|every|what|which|who|as|"
    r"whom|of|to|in|on|at|for|with|from|by|and|or|but|than|be|been|being|if|when|while|because|where|how|not|\S+['’]s)\s*$",
    re.IGNORECASE,
)
"""Words before which no verb can stand: what follows "the" or "of" is a noun ("the report", "of claims")."""

SELF = re.compile(r"(?:.*\s)?(?:I|we|you|We|You)")
"""Whoever speaks outside quotation marks as I or we is the reporter, and "you" is the reader."""

_LEAD_WORD = re.compile(
    r"\s*(?:(?:And|But|So|Yet|Then|Still|Meanwhile|Now|and|but|while|whereas|as|although|though|because)\s+)?"
)
_APPOSED = re.compile(r"\s*(?:\w+ing|who|which|whose|with|of)\b")
_INTERJECTION = re.compile(r"\s*(?:in turn|however|too|meanwhile|though|for (?:his|her|its|their) part|in reply)\s*")


@dataclass(frozen=True, slots=True)
class Finding:
    """One attribution in offsets: what is said, by whom, by which words; None where a role has no words."""

    content: tuple[Offsets, ...]
    source: Offsets | None
    cue: Offsets | None


def trim_subject(mask: str, start: int, end: int) -> Offsets | None:
    """Cut what leads in ("In turn,", "Asked about it,") from a subject, keep its apposition.

    Args:
        mask: The report's text, quotations masked.
        start: First character of the clause.
        end: One past the subject's last.

    Returns:
        The noun phrase, or None where no word is left.
    """
    end = start + len(mask[start:end].rstrip())
    parts = list(re.finditer(r"[^,;:“”¤]+", mask[start:end]))
    closes = mask[start:end].endswith(",")
    if closes and len(parts) > 1 and _INTERJECTION.fullmatch(parts[-1].group()):
        end = start + parts.pop().start()
        closes = False
    if not parts:
        return None
    first = len(parts) - (2 if closes and len(parts) > 1 else 1)
    while closes and first > 0 and _APPOSED.match(parts[first].group()):
        first -= 1
    begin = start + parts[first].start()
    lead = _LEAD_WORD.match(mask, begin, end)
    begin = lead.end() if lead else begin
    stop = begin + len(mask[begin:end].rstrip(" ,"))
    return (begin, stop) if stop > begin else None
