"""Clauses that only attribute, inside or behind what is said: "…, he said, …", "…, said X", "…, according to X"."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from narratives.extract.cues import cue_verbs, cue_words
from narratives.extract.grammar import ADDRESSEE, ADVERB, FINITE, NO_SUBJECT_END, SELF, TAIL, Offsets

_MAX_SOURCE_WORDS = 14
_DEFINITE = re.compile(
    r"(?:the|a|an|his|her|its|their|one|another|two|three|both|he|she|it|they|those|some|many|most|staff|police|people)\b"
    r"|.*\b[A-ZÀ-Þ@]"
)
_NO_NOUN_PHRASE = re.compile(
    r"(?:which|that|who|whom|including|such|with|like|in|on|at|of|for|from|by|to|and|but|or|if|when|while|after|before|"
    r"since)\b",
    re.IGNORECASE,
)
LEAD_IN = re.compile(
    r"(?:In|On|At|After|As|With|By|For|From|During|When|While|Before|Since|Following|Earlier|Later|Yesterday|Today|Last|"
    r"Through|To|But|And|However|Meanwhile|Still|Also|Instead|\w+(?:ing|ed|ly|day))\b"
)
_PRONOUNS = ("he", "she", "they", "it")


class CueClause(NamedTuple):
    """A clause that only attributes; `phrase` where it has no verb of saying ("according to X")."""

    source: Offsets
    cue: Offsets
    phrase: bool


class Aside(NamedTuple):
    """A cue clause in its sentence: what stands before it, and where the rest begins (None at the end)."""

    clause: CueClause
    before: Offsets
    rest: int | None


@cache
def _phrases() -> tuple[re.Pattern[str], ...]:
    nouns = cue_words("accounts")
    patterns = (
        r"(?P<cue>according\s+to|if\s+(?:one|you)\s+(?:believes?|follows?|asks?))\s+(?P<source>.+?)",
        r"(?P<cue>in\s+the\s+(?:words|view|opinion|telling|eyes)\s+of)\s+(?P<source>.+?)",
        rf"(?P<cue>(?:in|by|on)\s+(?P<source>his|her|its|their|my|our|.+?['’]s|.+?s['’])\s+(?:\w+\s+)?(?:{nouns}))",
        rf"(?P<cue>(?:is|was|comes|came|goes|went|ran|runs)\s+(?:the\s+)?(?:{nouns})\s+(?:of|from|in))\s+(?P<source>.+?)",
        rf"(?P<cue>(?:is|was|goes|went|ran|runs)\s+(?P<source>his|her|its|their|.+?['’]s?)\s+(?:\w+\s+)?(?:{nouns}))",
    )
    return tuple(re.compile(rf"{pattern}(?:\s+{TAIL}.*)?$", re.IGNORECASE) for pattern in patterns)


@cache
def _verb_clauses() -> tuple[re.Pattern[str], ...]:
    verbs = cue_verbs("clause", "that", "quote")
    inverted = cue_verbs("clause", "quote")
    told = rf"(?:\s+(?:us|him|them|me|her|it|so)\b|(?<=told)\s+{ADDRESSEE}|(?<=tells)\s+{ADDRESSEE})?"
    patterns = (
        rf"(?P<cue>{inverted}|reads?)\s+(?P<source>(?!that\b|how\b|on\b|to\b)(?<!told\s)(?<!tells\s).+?)",
        rf"(?:as\s+)?(?P<source>.+?)\s+(?:{ADVERB}\s+)*(?P<cue>{verbs}){told}",
    )
    # Behind "said X" an "of" or "and" still belongs to X.
    tails = (rf"(?!(?:of|and|for|who|whose)\b){TAIL}", TAIL)
    return tuple(re.compile(rf"{pattern}(?:\s+{tail}.*)?$") for pattern, tail in zip(patterns, tails, strict=True))


@cache
def _verb_alone() -> re.Pattern[str]:
    verbs = cue_verbs("clause", "that", "quote")
    return re.compile(rf"(?:{ADVERB}\s+)*(?P<cue>{verbs})(?:\s+{ADDRESSEE})?(?:\s+{TAIL}.*)?$")


def parse_cue_clause(mask: str, start: int, end: int) -> CueClause | None:
    """Read a stretch between commas as a clause that does nothing but attribute.

    Args:
        mask: The report's text, quotations masked.
        start: First character of the stretch.
        end: One past its last.

    Returns:
        Its source and cue, or None where the stretch is something else.
    """
    if "¤" in mask[start:end]:
        return None
    for pattern in _phrases():
        found = pattern.match(mask, start, end)
        if found and not SELF.fullmatch(found["source"]) and len(found["source"].split()) <= _MAX_SOURCE_WORDS:
            return CueClause(found.span("source"), found.span("cue"), True)
    for pattern in _verb_clauses():
        found = pattern.match(mask, start, end)
        if found and _is_source(found["source"], inverted=found.start("source") > found.start("cue")):
            return CueClause(found.span("source"), found.span("cue"), False)
    return None


def _is_source(words: str, *, inverted: bool) -> bool:
    """Whether words can be a noun phrase that speaks; behind its verb it has to be a name or definite."""
    if len(words.split()) > _MAX_SOURCE_WORDS or SELF.fullmatch(words) or NO_SUBJECT_END.search(words):
        return False
    if FINITE.search(words) or _NO_NOUN_PHRASE.match(words):
        return False
    if re.search(r"\bthat\b", words):
        return False
    if inverted and re.match(r"(?:he|she|it|they|many|some|most|those)\s", words):
        return False
    return bool(_DEFINITE.match(words)) or (words.endswith("s") and not inverted)


def cut_chunks(mask: str, start: int, end: int) -> list[Offsets]:
    """Cut a sentence at commas, colons and dashes, and at the edges of quotations that one of them sets off.

    Args:
        mask: The report's text, quotations masked.
        start: First character of the sentence.
        end: One past its last.

    Returns:
        The stretches between, without the marks; a quotation is a stretch of its own.
    """
    cuts = [start]
    for found in re.finditer(r"[,?!:](?=\s)|\s[–—]\s?|—|(?<=[^\w])“¤+”|^“¤+”", mask[start:end]):
        cuts += [start + found.start(), start + found.end()]
    chunks = []
    for a, b in pairwise([*cuts, end]):
        if mask[a:b].strip(" ,–—?!.;:"):
            left = a + len(mask[a:b]) - len(mask[a:b].lstrip(" ,:–—"))
            chunks.append((left, left + len(mask[left:b].rstrip(" ,.;:?!–—"))))
    return chunks


def find_aside(mask: str, start: int, end: int) -> Aside | None:
    """Find the clause of a sentence that only attributes.

    Args:
        mask: The report's text, quotations masked.
        start: First character of the sentence.
        end: One past its last.

    Returns:
        The first one, or None.
    """
    chunks = cut_chunks(mask, start, end)
    for number, (a, b) in enumerate(chunks[1:], 1):
        clause = parse_cue_clause(mask, a, b) or _parse_after_apposition(mask, chunks, number)
        if not clause or not _may_be_aside(mask, chunks, number, clause):
            continue
        left = min(a, clause.source[0])
        colon = mask.rfind(": ", start, left)
        before = (max(start, colon + 1), max(y for _, y in chunks if y <= left))
        follows = number + 1
        if clause.source[0] > clause.cue[0] and follows + 1 < len(chunks) and _is_apposition(mask, chunks[follows]):
            clause = clause._replace(source=(clause.source[0], chunks[follows][1]))
            follows += 1
        return Aside(clause, before, chunks[follows][0] if follows < len(chunks) else None)
    return None


def _is_apposition(mask: str, chunk: Offsets) -> bool:
    """Whether a stretch between commas only says who the one before is."""
    words = mask[slice(*chunk)]
    opens = re.match(r"[A-ZÀ-Þ]|\d\d$|who\b|of\b|an?\b|the\b|its\b|his\b|her\b", words)
    return bool(opens) and (words.startswith("who") or not FINITE.search(words))


def _parse_after_apposition(mask: str, chunks: list[Offsets], number: int) -> CueClause | None:
    """Read "…, Denis Opolot, the authority's manager, told the Mirror": the verb stands apart from its subject."""
    found = _verb_alone().match(mask, *chunks[number])
    if not found or number < 3 or not _is_apposition(mask, chunks[number - 1]):
        return None
    if FINITE.search(mask[slice(*chunks[number - 2])]):
        return None
    return CueClause((chunks[number - 2][0], chunks[number - 1][1]), found.span("cue"), False)


def _may_be_aside(mask: str, chunks: list[Offsets], number: int, clause: CueClause) -> bool:
    """Whether source and cue are an aside, and not the main clause behind a lead-in or an apposition."""
    end = chunks[number][1]
    before, rest = mask[chunks[0][0] : chunks[number - 1][1]], mask[end : chunks[-1][1]]
    if "¤" in before or clause.phrase or FINITE.search(before):
        return True
    if rest.startswith(":"):
        return False
    if clause.source[0] > clause.cue[0]:
        # "Fahy, head of aftercare, said the roof leaks": what looks like "said X" may be a main clause.
        source, cue = mask[slice(*clause.source)], mask[slice(*clause.cue)]
        named = bool(re.match(r"[A-ZÀ-Þ]", source)) and len(source.split()) <= 4
        return number == 1 or named or cue.startswith(("say", "said"))
    if number > 1 and not rest:
        return True
    return not LEAD_IN.match(before) or ("¤" not in rest and bool(FINITE.search(rest)))


def goes_on_after(mask: str, aside: Aside, end: int) -> bool:
    """Whether what follows an aside is still said, and not a tail of the reporter's.

    Args:
        mask: The report's text, quotations masked.
        aside: An aside with a rest.
        end: One past the sentence's last character.

    Returns:
        True where the rest belongs to the content.
    """
    rest, whole = mask[aside.rest : end], bool(FINITE.search(mask[slice(*aside.before)]))
    if mask[aside.before[0]] == "“":
        return "“" in rest
    if mask[slice(*aside.clause.source)].lower() in _PRONOUNS and re.match(r"wh(?:o|ose|ich)\b", rest):
        return True
    if re.match(r"(?:who|whose|which|adding|of|when|after|before|in|on|at|as)\b", rest):
        return not whole
    return bool(FINITE.search(rest)) or "“" in rest or not whole
