"""Whom the sources of a report speak for: pronouns, roles and documents resolved as the report goes on."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from narratives.extract.cast import Cast
from narratives.extract.nouns import MARKS, NO_NAMES, Word, gender_of, is_insider, is_outsider, roles, words_of
from narratives.extract.phrases import apposition_after
from narratives.types import Attribution, Report, Span

_Sides = frozenset[int]
_NOBODY: _Sides = frozenset()
PRONOUNS = {
    **dict.fromkeys(("he", "him", "his"), "m"),
    **dict.fromkeys(("she", "her"), "f"),
    **dict.fromkeys(("it", "its"), "thing"),
    **dict.fromkeys(("they", "them", "their"), "many"),
    **dict.fromkeys(("who", "i", "we", "me", "us", "my", "our"), ""),
}
_SENTENCE = re.compile(r"(?:(?<!\bMr)(?<!\bMrs)(?<!\bMs)(?<!\bDr)(?<!\bCol)(?<!\bGen)[.!?…]|:)[\"”’')\]]*\s+|\n\s*")
_DEFINITE = frozenset(("the", "this", "that", "same", "its", "their", "his", "her"))


def resolve(
    report: Report, attributions: Sequence[Attribution], cast: Cast
) -> tuple[list[tuple[Attribution, _Sides]], list[tuple[_Sides, _Sides]]]:
    """Say for whom each attribution's source speaks.

    Args:
        report: The report.
        attributions: Of that report, in any order.
        cast: The names of the report.

    Returns:
        Attributions, in text order of their contents, with the numbers of their sides; and pairs of sides of which the
        report says that one belongs to the other ("his barrister, Ayesha Lodhi").
    """
    discourse = Discourse(report.text, attributions, cast)
    found = {id(attribution): discourse.hear(attribution) for attribution in sorted(attributions, key=_heard_at)}
    ordered = sorted(attributions, key=lambda attribution: (attribution.content.start, attribution.content.end))
    return [(attribution, found[id(attribution)]) for attribution in ordered], discourse.kin


@dataclass(frozen=True, slots=True)
class _Mention:
    """Somebody whom the report has spoken of: where, on which sides, and what is known of them."""

    start: int
    sides: _Sides
    stems: frozenset[str]
    name: str = ""
    kind: str = ""  # person, thing, many, or unknown
    gender: str = ""
    subject: bool = True


def _start(mention: _Mention) -> int:
    return mention.start


class Discourse:
    """Whom pronouns and short descriptions stand for, as the report goes on."""

    def __init__(self, text: str, attributions: Sequence[Attribution], cast: Cast) -> None:
        self._text = text
        self._cast = cast
        self._sources: dict[tuple[tuple[int, int], ...], _Sides] = {}
        contents = [piece for attribution in attributions for piece in attribution.content.pieces]
        self._bounds = [0, *(match.end() for match in _SENTENCE.finditer(text)), len(text)]
        self._mentions = sorted(self._narrated(contents), key=_start)
        self._last: _Sides = _NOBODY
        self._last_end = 0
        self.kin: list[tuple[_Sides, _Sides]] = []

    def hear(self, attribution: Attribution) -> _Sides:
        """Resolve the next attribution, and remember its source."""
        span = attribution.source
        if attribution.carry_on or span is None:
            voice = attribution.voice or span
            self._last = self._voice(voice) if voice else self._last
        elif span.pieces in self._sources:
            self._last = self._sources[span.pieces]
        else:
            self._last = self._sources[span.pieces] = self._source(span, attribution)
        self._last_end = attribution.content.end
        return self._last

    def _voice(self, span: Span) -> _Sides:
        if span.pieces in self._sources:
            return self._sources[span.pieces]
        return self._source(span, None)

    def _source(self, span: Span, attribution: Attribution | None) -> _Sides:
        """Resolve a noun phrase: by the names in it, as two parties, as a pronoun, or by what was spoken of before."""
        words = self._speaker([word for piece in span.pieces for word in words_of(self._text, *piece)])
        if not words:
            return self._last
        mention = self._describe(words)
        if self._is_joint(words):
            sides = self._both(span.start)
        elif words[0].stem in PRONOUNS and len(words) == 1:
            antecedent = self._antecedent(PRONOUNS[words[0].stem], span.start)
            if antecedent is None and attribution and attribution.voice and attribution.voice.pieces != span.pieces:
                return self._voice(attribution.voice)
            sides = antecedent.sides if antecedent else _NOBODY
            mention = self._renamed(antecedent, words[0], span.start) if antecedent else mention
        else:
            named = self._cast.side_of(words)
            sides = self._described(words, span.start) if named is None else named
            if words[0].stem in PRONOUNS and (owner := self._antecedent(PRONOUNS[words[0].stem], span.start)):
                self.kin.append((owner.sides, sides))
        insort(self._mentions, replace(mention, sides=sides), key=_start)
        return sides

    def _speaker(self, words: Sequence[Word]) -> Sequence[Word]:
        """Leave out what stands around the speaker: "To Banda the", "In a voice message Dona Lourdes", "What it"."""
        if len(words) > 1 and words[0].stem in ("to", "for", "by", "from", "according"):
            first = next(iter(self._cast.matches(words)), None)
            return words[1 : first.end] if first and first.start < 4 else self._speaker(words[1:])
        if len(words) > 1 and words[0].stem in ("in", "on", "at"):
            paper = next((i for i, word in enumerate(words[:4]) if word.stem in roles()["documents"]), 0)
            named = self._cast.matches(words)
            if named:
                return words[named[-1].start : named[-1].end]
            return words[1 : paper + 1] if paper else self._speaker(words[1:])
        pronoun = next(
            (w for w in words if w.stem in ("he", "she", "it", "they") and w.end - w.start == len(w.stem)), None
        )
        return [pronoun] if pronoun and pronoun in (words[0], words[-1]) else words

    def _described(self, words: Sequence[Word], start: int) -> _Sides:
        """Resolve a phrase without a known name: "the readout", "its lawyer", "the former left-half"."""
        if _is_clause(words):
            return self._last if "\n" not in self._text[self._last_end : start] else _NOBODY
        if any(word.capital for word in words[1:]) or (words[0].capital and words[0].stem not in _STARTERS):
            if words[0].stem not in PRONOUNS or any(is_outsider(word) for word in words):
                return _NOBODY  # somebody else by name
        if any(is_outsider(word) for word in words):
            return _NOBODY
        if [word.stem for word in words] in (["the", "two"], ["the", "three"], ["the", "pair"]):
            antecedent = self._antecedent("many", start)
            return antecedent.sides if antecedent else _NOBODY
        if words[0].stem in PRONOUNS:
            owner = self._antecedent(PRONOUNS[words[0].stem], start)
            return owner.sides if owner else _NOBODY
        head = _head(words)
        if head.stem in roles()["institutions"] and (named := self._institution(words, start)) is not None:
            return named
        if head.stem not in roles()["documents"]:
            head = next((word for word in words[:4] if word.stem in roles()["documents"]), head)
        heads = {head.stem, "dr"} if head.stem == "doctor" else {head.stem}
        earlier = [mention for mention in self._before(start) if heads & mention.stems]
        if earlier:
            return earlier[-1].sides
        if head.stem in roles()["documents"]:
            return self._author(head, start)
        if len(words) > 1 and words[0].stem not in _STARTERS:
            return _NOBODY  # "diplomatic sources"
        here = self._text.rfind("\n", 0, start)
        near = [mention for mention in self._before(start) if mention.start > here]
        subjects = [mention for mention in near if mention.subject]
        return (subjects or near)[-1].sides if near else _NOBODY

    def _institution(self, words: Sequence[Word], start: int) -> _Sides | None:
        """Resolve an institution that is told apart by a word before it; None where nothing tells it apart."""
        if any(word.stem in roles()["offices"] for word in words):  # the office of whoever was spoken of last
            heard = [mention for mention in self._before(start) if mention.sides]
            return heard[-1].sides if heard else _NOBODY
        another = len(words) > 2 and words[0].stem != "same"
        return _NOBODY if another else None  # another one: "the state institute"

    def _author(self, document: Word, start: int) -> _Sides:
        """Give the side of a document: who stands in the sentence that brought it up, else who was heard last."""
        namesake = [side for forms, side in self._cast.names() if forms[:6] == document.stem[:6]]
        if namesake:  # the complaint is the complainant's
            return frozenset(namesake[:1])
        said = [match.start() for match in re.finditer(rf"\b{document.stem}", self._text[:start], re.IGNORECASE)]
        said = [place for place in said if place > self._text.find("\n")]  # a headline speaks of both
        for place in reversed(said):
            sentence = bisect_right(self._bounds, place)
            first, last = self._bounds[sentence - 1], self._bounds[sentence]
            near = [m for m in self._mentions if first <= m.start < last and m.start < start and m.sides]
            if near:
                return min(near, key=lambda mention: abs(mention.start - place)).sides
        before = [mention for mention in self._before(start) if mention.sides]
        return before[-1].sides if before else _NOBODY

    def _antecedent(self, kind: str, start: int) -> _Mention | None:
        """Find the latest subject or source that a pronoun can stand for."""
        for mention in reversed(self._before(start)):
            if mention.subject and self._fits(mention, kind):
                return mention
        return None

    def _fits(self, mention: _Mention, kind: str) -> bool:
        gender = mention.gender or self._cast.genders.get(mention.name, "")
        if kind in ("m", "f"):
            return mention.kind not in ("thing", "many") and gender in ("", "?", kind)
        if kind == "thing":
            return mention.kind not in ("person", "many") and not gender
        return True

    def _before(self, start: int) -> list[_Mention]:
        return self._mentions[: bisect_left(self._mentions, start, key=_start)]

    def _renamed(self, mention: _Mention, pronoun: Word, start: int) -> _Mention:
        """Bring a person up again, now with the gender that the pronoun tells."""
        gender = PRONOUNS[pronoun.stem]
        if mention.name and gender in ("m", "f"):
            self._cast.genders.setdefault(mention.name, gender)
        return replace(mention, start=start, subject=True)

    def _is_joint(self, words: Sequence[Word]) -> bool:
        """Tell whether a phrase means both sides: "the two ministers", "a joint statement"."""
        stems = [word.stem for word in words]
        pair = any(stem in ("both", "two") for stem in stems) and any(word.stem in roles()["joint"] for word in words)
        return stems == ["both"] or pair or ("joint" in stems and bool(roles()["documents"] & set(stems)))

    def _both(self, start: int) -> _Sides:
        """Give both sides; of more than two, the two that were spoken of last."""
        count = len(self._cast.sides)
        spoken = [side for mention in reversed(self._before(start)) for side in sorted(mention.sides)]
        return frozenset(range(count) if count == 2 else list(dict.fromkeys(spoken))[:2])

    def _describe(self, words: Sequence[Word], *, subject: bool = True, sides: _Sides = _NOBODY) -> _Mention:
        """Keep what a phrase tells of somebody."""
        nouns = {word.stem for word in words}
        things = roles()["documents"] | roles()["institutions"]
        core = words[: next((i for i, word in enumerate(words) if i and word.stem in MARKS), len(words))]
        named = [match for match in self._cast.matches(core) if not match.place]
        proper = core[named[-1].start : named[-1].end] if named else [word for word in core if word.capital]
        name = next((word.stem for word in reversed(proper) if word.stem not in roles()["titles"] | NO_NAMES), "")
        many = not core[-1].capital and _is_plural(core[-1])
        person = name in self._cast.people or any(
            is_insider(word) or is_outsider(word) or word.stem in roles()["titles"] for word in words
        )
        thing = not person and (
            bool({word.stem for word in core} & things) or (not named and bool(self._cast.matches(core)))
        )
        kind = "many" if many else "person" if person else "thing" if thing else ""
        return _Mention(words[0].start, sides, frozenset(nouns), name, kind, gender_of(words), subject)

    def _narrated(self, contents: Sequence[tuple[int, int]]) -> Iterator[_Mention]:
        """Find whom the narrator speaks of, sentence by sentence, outside what is attributed."""
        said = bytearray(len(self._text))
        for first, last in contents:
            said[first:last] = b"\1" * (last - first)
        for start, end in pairwise(self._bounds):
            words = [word for word in words_of(self._text, start, end) if not said[word.start]]
            yield from self._sentence(words, at_start=bool(words) and self._text[start : words[0].start].strip() == "")

    def _sentence(self, words: Sequence[Word], *, at_start: bool) -> Iterator[_Mention]:
        matches = self._cast.matches(words)
        for order, match in enumerate(matches):
            end = apposition_after(self._text, words, match.end) if order == 0 else match.end
            phrase = words[max(0, match.start - 3) : max(end, match.end + 1)]
            subject = at_start and order == 0 and _leads(words[: match.start])
            sides = _NOBODY if match.side is None else frozenset({match.side})
            if match.place and not subject:
                continue
            mention = self._describe(phrase, subject=subject, sides=sides)
            kind = mention.kind.replace("many", "")  # the last word of the phrase may be a verb
            last = words[match.end - 1]
            if _is_plural(last) and not last.capital:
                kind = "many"
            yield replace(mention, start=words[match.start].start, kind=kind)
        stranger = words[1:] if words and words[0].stem in ("the", "a", "an") else words
        if at_start and len(stranger) > 1 and stranger[1].capital and stranger[0].capital and not _opens(stranger[0]):
            heading = self._text[stranger[0].start : stranger[1].end].isupper()
            if not heading and (not matches or matches[0].start > 3):
                yield self._describe(stranger[:2])


def _is_clause(words: Sequence[Word]) -> bool:
    """Tell whether a phrase is part of what is said rather than a speaker: "what happened was", "the crossing is"."""
    stems = [word.stem for word in words]
    return not {"who", "which", "that"} & set(stems) and bool(
        {"is", "was", "were", "been", "but", "had"} & set(stems[1:])
    )


_STARTERS = _DEFINITE | {"a", "an", "one", "two", "some", "another"}


def _heard_at(attribution: Attribution) -> tuple[int, int]:
    """Order attributions by where their source stands; a carry-on by its content."""
    span = attribution.content if attribution.carry_on or attribution.source is None else attribution.source
    return span.start, attribution.content.start


def _opens(word: Word) -> bool:
    """Tell whether a sentence's first word is no part of the name after it: "On Tuesday"."""
    return word.stem in MARKS or word.stem in ("and", "but", "as", "after", "before", "when", "last", "published")


def _head(words: Sequence[Word]) -> Word:
    """Give the head noun of a phrase without names: the last word before a preposition or relative pronoun."""
    stop = next(
        (i for i, w in enumerate(words) if i and w.stem in ("of", "for", "from", "in", "who", "at", "with")), None
    )
    return words[(stop or len(words)) - 1]


def _is_plural(word: Word) -> bool:
    """Tell whether the stem lost a plural ending."""
    return not word.possessive and word.end - word.start > len(word.stem)


def _leads(before: Sequence[Word]) -> bool:
    """Tell whether a name with these words before it in the sentence is its subject."""
    if len(before) > 6:
        return False
    bars = ("of", "for", "from", "in", "with", "by", "to", "at", "on", "against", "after", "near")
    return not any(word.stem in bars for word in before[-2:])
