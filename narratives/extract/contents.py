"""What a finding says, cut to size: coordinated contents apart, outer quotation marks and closing stops off."""

from __future__ import annotations

import re
from functools import cache

from narratives.extract.cues import cue_verbs, cue_words
from narratives.extract.grammar import Finding, Offsets
from narratives.extract.segment import Quote
from narratives.types import Quotation

_MIN_CONTENT = 10
_OPENING = re.compile(r"[\s,:;.–—>-]*")


@cache
def _joints() -> re.Pattern[str]:
    """Where a second content begins: "and that", "and added that", "and stressed the", "adding that"."""
    verbs = cue_verbs("clause", "that", "object")
    return re.compile(
        rf",?\s+(?:and|but)\s+(?:that|(?:also\s+)?(?P<cue>{verbs})\s+that)\s+"
        rf"|,?\s+(?:and|but)\s+(?P<verb>(?:also\s+)?(?P<object>{verbs}))\s+(?=[“\"‘]?(?:the|its|his|her|their|how)\b)"
        rf"|,\s+(?P<participle>{cue_words('participles')})\s+(?:that\s+)?"
    )


def split_coordinated(text: str, quotes: tuple[Quote, ...], finding: Finding) -> list[Finding]:
    """Make findings of their own of "that A and that B" and of "A, and added that B".

    Args:
        text: The report's text.
        quotes: The quotations of the paragraph.
        finding: An attribution; of several pieces the last is split.

    Returns:
        One finding a content, all of the same source, each with the cue nearest to it.
    """
    *head, (start, end) = finding.content
    cue = finding.cue
    parts: list[Finding] = []
    for found in _joints().finditer(text, start, end):
        if found.start() - start < _MIN_CONTENT:
            continue
        parts.append(Finding((*head, (start, found.start())), finding.source, cue))
        head, start = [], found.end()
        if found["verb"] and any(q.start < start < q.end for q in quotes):
            start = found.start("verb")  # inside a quotation the verb is part of what is quoted
        else:
            cue = next((found.span(name) for name in ("cue", "object", "participle") if found[name]), cue)
    return [*parts, Finding((*head, (start, end)), finding.source, cue)]


def trim(text: str, quotes: tuple[Quote, ...], content: Offsets) -> Offsets | None:
    """Cut outer quotation marks and the closing comma or stop off.

    Args:
        text: The report's text.
        quotes: The quotations of the paragraph.
        content: `(start, end)` of a content.

    Returns:
        What is left, or None where that holds no word.
    """
    start, end = content
    while True:
        before = (start, end)
        lead = _OPENING.match(text, start, end)
        start = lead.end() if lead else start
        end = start + len(text[start:end].rstrip(" \t\r\n,.;:–—"))
        first = next((q for q in quotes if q.start == start), None)
        last = next((q for q in quotes if end in (q.end, q.inner_end) and q.start >= start), None)
        if first and last and (first == last or _is_set_off(text, first)):
            start, end = first.inner_start, min(end, last.inner_end)
        elif first and first.end > end:
            start = first.inner_start
        elif any(q.end == end and q.closed and text[q.inner_end - 1] in ".," for q in quotes):
            end -= 1
        if (start, end) == before:
            return before if re.search(r"\w", text[start:end]) else None


def trim_pieces(text: str, quotes: tuple[Quote, ...], pieces: tuple[Offsets, ...]) -> tuple[Offsets, ...]:
    """Trim every piece of a content; pieces without a word fall away.

    Args:
        text: The report's text.
        quotes: The quotations of the paragraph.
        pieces: `(start, end)` of each piece, ascending.

    Returns:
        The pieces that are left, maybe none.
    """
    kept = [trimmed for piece in pieces if (trimmed := trim(text, quotes, piece))]
    if len(kept) > 1 and not any(q.start < kept[0][0] < q.end for q in quotes):
        # What is shown runs from the first piece to the last, so a mark that opens on the way is closed as well.
        start, end = kept[-1]
        kept[-1] = (start, next((q.end for q in quotes if q.closed and q.inner_end == end), end))
    return tuple(kept)


def classify_quotation(quotes: tuple[Quote, ...], pieces: tuple[Offsets, ...]) -> Quotation:
    """Say whether a content is quoted: `direct` where marks enclose all of it, `mixed` where they enclose a part.

    Args:
        quotes: The quotations of the paragraph.
        pieces: `(start, end)` of each piece of the content.

    Returns:
        `direct`, `mixed` or `indirect`.
    """
    if all(any(q.inner_start <= a and b <= q.inner_end for q in quotes) for a, b in pieces):
        return "direct"
    quoted = any(q.start < b and q.end > a for q in quotes for a, b in pieces)
    return "mixed" if quoted else "indirect"


def _is_set_off(text: str, quote: Quote) -> bool:
    """Whether a quotation ends with a comma or stop, so that what follows it is no part of its sentence."""
    return bool(re.match(r"[^\w]*[,.?!—]", text[quote.inner_end - 1 : quote.end + 1]))
