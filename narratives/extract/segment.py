"""Report → paragraphs, sentences and quotations, all as character offsets; page furniture set apart."""

from __future__ import annotations

import re
from dataclasses import dataclass

_CLOSING = {"“": "[”“]", "„": "[“”]", "«": "»", "‘": "’", '"': '"', "'": "'", "``": "''", "''": "''"}
"""What closes each opening quotation mark; the German and the English pair share the mark in the middle."""

_STOP = re.compile(r"[.!?…][\"'”“’»)\]*]*\s*$")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Gen|Col|Lt|Maj|Capt|Cpl|Sgt|Sen|Rep|Gov|Hon|Rev|Fr|Sr|Jr|St|Mt|No|Nos|Art|vs|v|cf|ca"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec|Inc|Ltd|Co|Corp|approx|etc)|\b[A-Z]|\b[a-z]\.[a-z])\.$"
)
_BOUNDARY = re.compile(r"(?:[.!?…]+[\"'”“’»)\]]*|¤[”])(?=\s+[\"'“„«‘(\[–—-]?\s?[A-Z0-9À-ÖØ-ÞĀ-ſ@“$€£])|;(?=\s)")
BULLET = re.compile(r"\s*[–—•*▸●■◦‣>-]\s")
_MARKER = re.compile(
    r"(?:>?\s*\d{1,2}/\s|\[\d+\]|[–—•*▸●■◦‣>-]|\d{1,2}[.:]\d{2}(?:\s?[ap]\.?m\.?)?(?=\s)|\(?\d{1,2}[.)](?=\s))\s*"
)
_DATELINE = re.compile(
    r"(?:[A-Z][A-ZÀ-Þ'’./, -]{2,40}|[A-Z][\w'’ -]{2,25}/[^\n:–—]{3,40})"
    r"(?:,? [A-Z][a-z]+\.? \d{1,2}(?:, \d{4})?)?(?: ?\([^)\n]{2,40}\))? ?(?:\s[-–—]\s|:\s)"
)
_BLOCK = re.compile(r"\S.*(?:\n(?!\s*\n).*)*")
_GAP = re.compile(r"\s+")
_MAX_FURNITURE = 220
_MIN_QUOTED = 20
_MAX_SINGLE = 3000
_MAX_SENTENCE = 2000
"""A text without stops is cut at the next gap outside quotations behind so many characters."""
_MIN_WRAPPED, _MAX_WRAPPED = 50, 110


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation: `start`/`end` with its marks, `inner_start`/`inner_end` without; `closed` if its end was marked."""

    start: int
    end: int
    inner_start: int
    inner_end: int
    closed: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, or a part of one that ends with a semicolon."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph with what lies in it; furniture (headline, byline, navigation) holds no statements.

    Attributes:
        start: First character.
        end: One past the last.
        sentences: In text order, datelines, time stamps and bullets left out.
        quotes: Quotations in text order, not nested.
        furniture: True where nothing in it is part of the story's text.
    """

    start: int
    end: int
    sentences: tuple[Sentence, ...]
    quotes: tuple[Quote, ...]
    furniture: bool


def find_quotes(text: str, start: int = 0, end: int | None = None) -> list[Quote]:
    """Find the quotations between two offsets, outermost only.

    An opening mark that is never closed reaches to `end`; an apostrophe is no mark, and an unclosed single mark is
    taken for an apostrophe.

    Args:
        text: The report's text.
        start: Where to begin, in characters.
        end: Where to stop; None reads to the end.

    Returns:
        The quotations in text order.
    """
    stop = len(text) if end is None else end
    quotes: list[Quote] = []
    at = start
    while at < stop:
        mark = text[at : at + 2] if text[at : at + 2] in _CLOSING else text[at]
        if mark not in _CLOSING or not _opens(text, mark, at, start, stop):
            at += 1
            continue
        inner = at + len(mark)
        close = _find_close(text, mark, inner, stop)
        if close is None and mark in "‘'":
            at += 1
            continue
        last, behind = (stop, stop) if close is None else (close, close + (2 if len(mark) == 2 else 1))
        if last > inner:
            quotes.append(Quote(at, behind, inner, last, closed=close is not None))
        at = behind
    return quotes


def _opens(text: str, mark: str, at: int, start: int, stop: int) -> bool:
    """Whether a mark stands where a quotation can begin: after a gap, before a word."""
    inner = at + len(mark)
    if inner >= stop or (text[inner].isspace() and mark != "«"):
        return False
    before = text[at - 1] if at > start else " "
    if mark == "'":
        return (before.isspace() or before in "([–—") and text[inner].isalpha()
    return mark in "“„«‘" or before.isspace() or before in "([–—-/:"


def _find_close(text: str, mark: str, inner: int, stop: int) -> int | None:
    """Where the quotation is closed that opens with `mark` before `inner`."""
    single = mark in "‘'"
    doubtful: int | None = None
    for found in re.compile(_CLOSING[mark]).finditer(text, inner, min(stop, inner + _MAX_SINGLE) if single else stop):
        i = found.start()
        if single and i + 1 < stop and text[i + 1].isalnum():
            continue
        # "the organisers' deadline": after an s the mark may be a genitive, so a later mark after a stop is better.
        if single and text[i - 1] == "s" and re.match(r"\s[a-z]", text[i + 1 : i + 3]):
            doubtful = i if doubtful is None else doubtful
            continue
        return doubtful if doubtful is not None and "‘" in text[doubtful:i] else i
    return doubtful


def mask_quotes(text: str, quotes: list[Quote] | tuple[Quote, ...]) -> str:
    """Blank the words inside quotations, so that patterns see only the reporter's own.

    Args:
        text: The report's text.
        quotes: Its quotations.

    Returns:
        A text of the same length: quoted characters become `¤`, the marks `“` and `”` (the second
        character of a double mark `¤` or a space).
    """
    characters = list(text)
    for quote in quotes:
        characters[quote.start : quote.inner_end] = "“" + "¤" * (quote.inner_end - quote.start - 1)
        if quote.closed:
            characters[quote.inner_end : quote.end] = "”" + " " * (quote.end - quote.inner_end - 1)
    return "".join(characters)


def segment(text: str) -> list[Paragraph]:
    """Cut a report into paragraphs, sentences and quotations.

    Args:
        text: The report's text.

    Returns:
        The paragraphs in text order, furniture included and marked.
    """
    blocks = [line for found in _BLOCK.finditer(text) for line in _split_lines(text, *found.span())]
    quotes = [find_quotes(text, start, end) for start, end in blocks]
    mask = mask_quotes(text, [quote for found in quotes for quote in found])
    paragraphs: list[Paragraph] = []
    body_seen = False
    for number, (start, end) in enumerate(blocks):
        furniture = _is_furniture(text[start:end], quotes[number], first=number == 0 and len(blocks) > 1)
        begin = start if furniture else _skip_markers(text, start, end, dateline=not body_seen)
        body_seen = body_seen or not furniture
        sentences = [] if furniture else _split_sentences(text, mask, begin, end)
        paragraphs.append(Paragraph(start, end, tuple(sentences), tuple(quotes[number]), furniture))
    return paragraphs


def _split_lines(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Take each line of a block as a paragraph, unless the block is hard-wrapped prose."""
    lines = [(start + m.start(), start + m.end()) for m in re.finditer(r"\S[^\n]*", text[start:end])]
    wrapped = max(b - a for a, b in lines) <= _MAX_WRAPPED and any(
        b - a >= _MIN_WRAPPED and not re.search(r"[.!?:;…\"”»’)]\s*$", text[a:b]) for a, b in lines[:-1]
    )
    lines = [(start, end)] if wrapped else lines
    return [(a, a + len(text[a:b].rstrip())) for a, b in lines]


def _is_furniture(line: str, quotes: list[Quote], *, first: bool) -> bool:
    """Headline, byline, navigation, section label: no closing stop, or capitals throughout."""
    if not re.search(r"[a-zß-ÿ]", line):
        return True
    if _STOP.search(line) or len(line) > _MAX_FURNITURE:
        return False
    if first:
        return True
    if BULLET.match(line):
        return False
    return all(q.inner_end - q.inner_start <= _MIN_QUOTED for q in quotes) and not line.endswith((":", ";"))


def _skip_markers(text: str, start: int, end: int, *, dateline: bool) -> int:
    """Step over a time stamp, a paragraph number, a bullet and, in the first paragraph, the dateline."""
    while (found := _MARKER.match(text, start, end)) and found.end() > start:
        start = found.end()
    if dateline and (found := _DATELINE.match(text, start, end)):
        label = found.group().rstrip(" :–—-")
        # A label that comes back is a speaker, not a place.
        if f"\n{label}:" not in text[found.end() :]:
            return found.end()
    return start


def _split_sentences(text: str, mask: str, start: int, end: int) -> list[Sentence]:
    """Cut at stops outside quotations, behind quotations that end with a stop, and at semicolons."""
    sentences: list[Sentence] = []
    begin = start
    for found in _BOUNDARY.finditer(mask, start, end):
        mark = text[found.start()]
        if mask[found.start()] == "¤" and mark not in ".!?…":
            continue
        if mark == "." and _ABBREVIATION.search(mask, max(start, found.start() - 8), found.start() + 1):
            continue
        sentences += _cut_long(mask, begin, found.end())
        gap = _GAP.match(text, found.end(), end)
        begin = gap.end() if gap else found.end()
    return [*sentences, *_cut_long(mask, begin, end)]


def _cut_long(mask: str, start: int, end: int) -> list[Sentence]:
    """Cut what runs on without a stop at a gap outside quotations; one sentence as a rule, none without words."""
    sentences = []
    while (gap := _GAP.search(mask, start + _MAX_SENTENCE, end)) and gap.end() < end:
        sentences.append(Sentence(start, gap.start()))
        start = gap.end()
    return [*sentences, Sentence(start, end)] if mask[start:end].strip(" .;") else sentences
