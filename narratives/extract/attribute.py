"""Attribution by rules: who says what, sentence by sentence, then what carries on without a cue."""

from __future__ import annotations

import re

from narratives.extract.asides import parse_cue_clause
from narratives.extract.carry_on import carries_on, introduces
from narratives.extract.contents import classify_quotation, split_coordinated, trim_pieces
from narratives.extract.grammar import FINITE, Finding, Offsets, trim_subject
from narratives.extract.segment import BULLET, Paragraph, mask_quotes, segment
from narratives.extract.sentences import find_in_sentence, find_speaker
from narratives.extract.turns import Turn, find_turns
from narratives.types import Attribution, Report, Span

_MIN_TURN_WORDS = 3
_MIN_ATTRIBUTED = 0.4
"""Share of a story's paragraphs with an attribution from which unmarked carry-ons are believed."""
_NO_NAMES = frozenset("The And But For His Her Its Their She They This That One Two Mrs".split())
_TITLED = re.compile(r"(?:Mr|Mrs|Ms|Dr|Prof|Gen|Col|Sen|Sir)\b\.?\s+[A-ZÀ-Þ]")
_TITLE = re.compile(r"[A-ZÀ-Þ\d][\w’'.-]*(?:,?\s+(?:[A-ZÀ-Þ\d][\w’'.-]*|of|the|a|an|on|in|for|and|to|at|with|is))*")
_ONLY_QUOTED = re.compile(r"[\s–—-]*(?:“¤+”?[\s.,]*)+")


class RuleAttributor:
    """Finds attributions by the cues of `cues.toml` and the shape of sentences; an `Attributor`."""

    def find_attributions(self, report: Report) -> list[Attribution]:
        """Find every attribution of a report.

        Args:
            report: The report.

        Returns:
            The attributions in text order of their contents; those without a cue of their own have `carry_on`.
        """
        return _Reading(report.text).read()


def find_attributions(report: Report | str) -> list[Attribution]:
    """Find by rules who says what in a report.

    Args:
        report: The report, or its text.

    Returns:
        The attributions in text order of their contents.

    Raises:
        ReportError: The text is empty or only white space.
    """
    return RuleAttributor().find_attributions(report if isinstance(report, Report) else Report(report))


class _Reading:
    """One pass over a report, which remembers whose voice was heard last."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.paragraphs = segment(text)
        self.mask = mask_quotes(text, [quote for paragraph in self.paragraphs for quote in paragraph.quotes])
        self.turns = find_turns(text, self.paragraphs)
        self.found: list[Attribution] = []
        self.voice: Span | None = None
        self.speakers: set[str] = set()

    def read(self) -> list[Attribution]:
        """Read paragraph by paragraph."""
        listing = False
        for paragraph in self.paragraphs:
            if paragraph.furniture:
                continue
            turn = self.turns.get(paragraph.start)
            if turn and not turn.host:
                self._read_turn(paragraph, turn)
            else:
                begin = turn.end + 1 if turn else paragraph.start
                item = bool(BULLET.match(self.text, paragraph.start))
                self._read_paragraph(paragraph, begin, going_on=item and (listing or self.text[paragraph.start] == ">"))
                self._hear_list_opening(paragraph)
                listing = self.text[paragraph.start : paragraph.end].endswith(":") or (listing and item)
        return sorted(self._drop_doubtful(), key=lambda a: (a.content.start, a.content.end))

    def _hear_list_opening(self, paragraph: Paragraph) -> None:
        """Take up the voice of a paragraph like "In her words:", which says nothing itself."""
        if paragraph.sentences and self.text[paragraph.end - 1] == ":":
            tag = parse_cue_clause(self.mask, paragraph.sentences[-1].start, paragraph.end - 1)
            self.voice = Span.cut(self.text, tag.source) if tag else self.voice

    def _drop_doubtful(self) -> list[Attribution]:
        """Leave unmarked carry-ons out where the reporter does most of the talking."""
        story = [paragraph for paragraph in self.paragraphs if not paragraph.furniture]
        n_attributed = sum(any(p.start <= found.content.start < p.end for found in self.found) for p in story)
        if self.turns or n_attributed >= _MIN_ATTRIBUTED * len(story):
            return self.found
        return [found for found in self.found if not found.carry_on or found.quotation == "direct"]

    def _read_turn(self, paragraph: Paragraph, turn: Turn) -> None:
        """All of a turn is its speaker's."""
        label, colon = (turn.start, turn.end), (turn.end, turn.end + 1)
        begun = False
        for sentence in paragraph.sentences:
            content = (max(sentence.start, turn.end + 1), sentence.end)
            if len(self.text[slice(*content)].split()) < _MIN_TURN_WORDS:
                continue
            if begun:
                self._carry_on(paragraph, content)
            else:
                begun = self._add(paragraph, Finding((content,), label, colon))

    def _read_paragraph(self, paragraph: Paragraph, begin: int, *, going_on: bool) -> None:
        """Read the sentences of a paragraph from `begin` on; `going_on` where the one before leads over to it."""
        introduced: Offsets | None = None
        sentences = self._join_tags([(max(s.start, begin), s.end) for s in paragraph.sentences if s.end > begin])
        for number, (start, end) in enumerate(sentences):
            following = sentences[number + 1] if number + 1 < len(sentences) else None
            findings = self._find(start, end, following, going_on=going_on)
            quoted = self._is_quotation(start, end)
            if quoted and introduced:
                findings = [Finding(((start, end),), introduced, None)]
            if any([self._make(paragraph, finding) for finding in findings]):
                going_on, introduced = True, None
            elif self.voice and (quoted or (going_on and self._goes_on(start, end, following))):
                self._carry_on(paragraph, (start, end))
                going_on, introduced = True, None
            else:
                going_on, introduced = False, self._introduce(start, end)

    def _find(self, start: int, end: int, following: Offsets | None, *, going_on: bool) -> list[Finding]:
        """Find what a sentence attributes; quoted words without a cue are left to a voice that goes on."""
        findings = find_in_sentence(self.mask, start, end)
        if not findings and (known := self._read_known_speaker(start, end)):
            return [known]
        bare = len(findings) == 1 and findings[0].cue is None and findings[0].content[0][0] > start
        if bare and going_on and not self._is_somebody(findings[0].source) and self._goes_on(start, end, following):
            return []
        return findings

    def _is_somebody(self, source: Offsets | None) -> bool:
        """Whether words name a person: he or she, somebody new, or somebody who has spoken before."""
        if source is None:
            return False
        words = self.text[slice(*source)]
        voice = self.voice.text if self.voice else ""
        return words.lower() in ("he", "she") or introduces(words, voice) or bool(_names(words) & self.speakers)

    def _read_known_speaker(self, start: int, end: int) -> Finding | None:
        """Read "Le Goff's list is another: …" where Le Goff has spoken before and is not speaking now."""
        colon = self.mask.find(": ", start, end)
        names = _names(" ".join(self.mask[start : max(start, colon)].split()[:3]))
        titled = bool(_TITLED.match(self.mask, start)) and colon > start
        if not (titled or names & self.speakers) or (self.voice and names & _names(self.voice.text)):
            return None
        return Finding(((colon + 1, end),), find_speaker(self.mask, start, colon), (colon, colon + 1))

    def _is_quotation(self, start: int, end: int) -> bool:
        return bool(_ONLY_QUOTED.fullmatch(self.mask, start, end))

    def _join_tags(self, sentences: list[Offsets]) -> list[Offsets]:
        """Put "“Who?” Miller asked." together again, which was cut behind the question mark."""
        joined: list[Offsets] = []
        for start, end in sentences:
            tag = parse_cue_clause(self.mask, start, start + len(self.mask[start:end].rstrip(" .,")))
            if tag and not tag.phrase and joined and self._is_quotation(*joined[-1]):
                start = joined.pop()[0]
            joined.append((start, end))
        return joined

    def _goes_on(self, start: int, end: int, following: Offsets | None) -> bool:
        quotation = following is not None and self.mask[following[0]] == "“"
        voice = self.voice.text if self.voice else ""
        return carries_on(self.mask[start:end], voice, before_quotation=quotation)

    def _introduce(self, start: int, end: int) -> Offsets | None:
        """Whom a sentence of the reporter's is about, where that is somebody new: the next quotation is theirs."""
        verb = FINITE.search(self.mask, start, end)
        if verb is None or not introduces(self.mask[start:end], self.voice.text if self.voice else ""):
            return None
        return trim_subject(self.mask, start, verb.start())

    def _carry_on(self, paragraph: Paragraph, content: Offsets) -> None:
        """Add what goes on from the last voice without a cue."""
        self._add(paragraph, Finding((content,), None, None), carry_on=True)

    def _make(self, paragraph: Paragraph, finding: Finding) -> bool:
        """Add the contents of a finding, coordinated ones apart; whether there were any."""
        added = [self._add(paragraph, part) for part in split_coordinated(self.text, paragraph.quotes, finding)]
        return any(added)

    def _add(self, paragraph: Paragraph, finding: Finding, *, carry_on: bool = False) -> bool:
        """Turn offsets into an attribution; whether a content was left."""
        text, quotes = self.text, paragraph.quotes
        pieces = trim_pieces(text, quotes, finding.content)
        if not pieces or (not carry_on and finding.cue is None and _TITLE.fullmatch(text, *pieces[0])):
            return False
        source = self._cut_words(finding.source)
        self.found.append(
            Attribution(
                source=source,
                cue=Span.cut(text, finding.cue) if finding.cue else None,
                content=Span.cut(text, *pieces),
                quotation=classify_quotation(quotes, pieces),
                carry_on=carry_on,
                voice=self.voice if carry_on else None,
            )
        )
        if source:
            self.voice = source
            self.speakers |= _names(source.text)
        return True

    def _cut_words(self, offsets: Offsets | None) -> Span | None:
        return Span.cut(self.text, offsets) if offsets and re.search(r"\w", self.text[slice(*offsets)]) else None


def _names(words: str) -> set[str]:
    """The capitalised words, without the little ones that begin a sentence."""
    return {word for word in re.findall(r"[A-ZÀ-Þ][\wÀ-ž-]{2,}", words) if word not in _NO_NAMES}
