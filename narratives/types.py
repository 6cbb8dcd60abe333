"""The values that the steps hand to each other, and the protocols they are written against.

No behaviour beyond checks. Character offsets are half-open and count code points of `Report.text`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from narratives.errors import InputError, ReportError, SidesError

NLI_LABELS = ("entailment", "neutral", "contradiction")
"""Column order of every three-class probability in the library (premise → hypothesis)."""

STANCES = ("favor", "against", "neutral")
"""Column order of every stance probability in the library."""

KINDS = ("contradiction", "evaluation", "demand", "cause", "presupposition", "rejection", "evidence")
"""Why a pair is contested: the kinds 1 to 7 of docs/contested.md, in this order."""

Stance = Literal["favor", "against", "neutral"]
Quotation = Literal["direct", "indirect", "mixed"]
Probabilities = npt.NDArray[np.float32]
Pair = tuple[str, str]


def check_pairs(pairs: Sequence[Pair]) -> None:
    """Refuse what is not a list of pairs of texts.

    Args:
        pairs: Anything.

    Raises:
        InputError: It is one string, or a pair is not two strings, or one of them is empty.
    """
    if isinstance(pairs, str):
        raise InputError("pairs is one string; expected a list of (premise, hypothesis) pairs")
    for index, pair in enumerate(pairs):
        if not isinstance(pair, (tuple, list)) or len(pair) != 2 or not all(isinstance(text, str) for text in pair):
            raise InputError(f"pair {index} is {pair!r}; expected two strings (premise, hypothesis)")
        if not all(text.strip() for text in pair):
            raise InputError(f"pair {index} is {pair!r}; expected two texts that are not empty")


@dataclass(frozen=True, slots=True)
class Report:
    """One text to analyse, character for character as its file holds it.

    Attributes:
        text: The whole text; every offset counts code points of it.
        report_id: Names the report in every row; the file's stem where it came from a file.
        encoding: How the bytes were decoded; empty where the text was given as such.
        encoding_guessed: True when a library guessed the encoding, the bytes being no UTF-8.
        outlet: Who published it, where known.
        date: When, as ISO 8601, where known.
    """

    text: str
    report_id: str = "report"
    encoding: str = ""
    encoding_guessed: bool = False
    outlet: str = ""
    date: str = ""

    def __post_init__(self) -> None:
        """Refuse a report without text.

        Raises:
            ReportError: The text is empty or only white space, is not a string, or is no Unicode text.
        """
        if not isinstance(self.text, str):
            raise ReportError(f"the text of a report is {type(self.text).__name__}; expected str")
        try:
            self.text.encode()
        except UnicodeEncodeError as error:
            raise ReportError(
                f"report {self.report_id!r} holds half a character at {error.start} ({error.reason}); "
                "expected Unicode text: decode the file again, with its right encoding"
            ) from error
        if not self.text.strip():
            raise ReportError(f"report {self.report_id!r} is empty; expected some text to analyse")

    @classmethod
    def from_text(cls, text: str, *, report_id: str = "report", outlet: str = "", date: str = "") -> Report:
        """Make a report of a text in hand.

        Args:
            text: The text, kept as it is.
            report_id: Names the report in every row.
            outlet: Who published it, where known.
            date: When, as ISO 8601, where known.

        Returns:
            The report.

        Raises:
            ReportError: The text is empty or only white space.
        """
        return cls(text=text, report_id=report_id, outlet=outlet, date=date)


@dataclass(frozen=True, slots=True)
class Span:
    """Words of a report, in one piece or several.

    Attributes:
        pieces: `(start, end)` of each piece, ascending, half-open, in characters of the report.
        text: The words verbatim, pieces joined by a space.
    """

    pieces: tuple[tuple[int, int], ...]
    text: str

    @property
    def start(self) -> int:
        """Where the first piece starts."""
        return self.pieces[0][0]

    @property
    def end(self) -> int:
        """Where the last piece ends."""
        return self.pieces[-1][1]

    @classmethod
    def cut(cls, text: str, *pieces: tuple[int, int]) -> Span:
        """Cut pieces out of a text.

        Args:
            text: The text that the offsets count in.
            *pieces: `(start, end)`, ascending and not empty.

        Returns:
            The span, with the words at those offsets.

        Raises:
            InputError: No piece, an empty one, one outside the text, or pieces out of order.
        """
        bounds = [bound for piece in pieces for bound in piece]
        if not pieces or bounds != sorted(bounds) or bounds[0] < 0 or bounds[-1] > len(text):
            raise InputError(f"pieces {pieces} do not ascend within a text of {len(text)} characters")
        if any(start == end for start, end in pieces):
            raise InputError(f"pieces {pieces} hold an empty one; expected start < end")
        return cls(pieces=tuple(pieces), text=" ".join(text[start:end] for start, end in pieces))


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who (source) says, by which word (cue), what (content); the roles of PARC and PolNeAR.

    Attributes:
        source: Who is named as speaking; None where a sentence carries on from the one above.
        cue: The reporting words; None where there are none.
        content: What is said.
        quotation: `direct` (all between quotation marks), `indirect`, or `mixed`.
        carry_on: The content goes on from the source above without a cue of its own.
        voice: The source that a carried-on content goes on from, or that a pronoun stands for; else `source`.
        found_by: Which extractor found it.
        p: Its probability of being right, 0 to 1; 1 where rules found it.
    """

    source: Span | None
    cue: Span | None
    content: Span
    quotation: Quotation = "indirect"
    carry_on: bool = False
    voice: Span | None = None
    found_by: str = "rules"
    p: float = 1.0


@dataclass(frozen=True, slots=True)
class Side:
    """One party to the contrast.

    Attributes:
        name: As the tables show it.
        aliases: Names, roles, capitals and institutions that speak for it; the name itself counts always.
    """

    name: str
    aliases: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a side without a name, and a string where a list of aliases was meant.

        Raises:
            SidesError: The name or an alias is empty, or `aliases` is a string.
        """
        if isinstance(self.aliases, str):
            raise SidesError(
                f"aliases of side {self.name!r} is the string {self.aliases!r}; expected a list of strings"
            )
        if not self.name.strip() or not all(alias.strip() for alias in self.aliases):
            raise SidesError(f"side {self.name!r} has an empty name or alias; expected words that the report uses")


@dataclass(frozen=True, slots=True)
class Statement:
    """A content span at a side's door.

    Attributes:
        report_id: The report it stands in.
        statement_id: Unique within the report, in text order: `s1`, `s2`, …
        side: Name of the side; empty where no side claims the source.
        source: Who is named as speaking, verbatim; for a carry-on, the source it goes on from.
        cue: The reporting words, verbatim; empty where there are none.
        text: `Report.text[start:end]`, verbatim.
        claim: The statement restated so that it can be read alone; equal to `text` where nothing had to be resolved.
        start: First character of the text.
        end: One past its last character.
        quotation: `direct`, `indirect` or `mixed`.
        carry_on: It goes on from the source above without a cue.
        found_by: Which extractor found it; `given` for statements that came in by hand.
        p: Probability of the attribution, 0 to 1.
    """

    report_id: str
    statement_id: str
    side: str
    source: str
    cue: str
    text: str
    claim: str
    start: int
    end: int
    quotation: Quotation = "indirect"
    carry_on: bool = False
    found_by: str = "rules"
    p: float = 1.0


@dataclass(frozen=True, slots=True)
class StatementPair:
    """Two statements of different sides of one report (or of one comparison)."""

    a: Statement
    b: Statement


@dataclass(frozen=True, slots=True, eq=False)
class NLIOutput:
    """What a model says of n (premise, hypothesis) pairs, in their order.

    Attributes:
        probs: float32 (n, 3), rows sum to 1, columns as `NLI_LABELS`.
        truncated: bool (n,); True where a pair was longer than the model reads and was cut or windowed.
        contested: float32 (n,), the model's own probability that the pair is contested, uncalibrated, 0 to 1;
            None for a model without such an output.
        kinds: float32 (n, 7), rows sum to 1, columns as `KINDS`: why the pair is contested, if it is; None for a model
            without such outputs.
        stance: float32 (n, 3), rows sum to 1, columns as `STANCES`: of the premise toward the hypothesis, read as the
            name of a target; None for a model without such outputs.
    """

    probs: Probabilities
    truncated: npt.NDArray[np.bool_]
    contested: Probabilities | None = None
    kinds: Probabilities | None = None
    stance: Probabilities | None = None


@runtime_checkable
class NLIModel(Protocol):
    """Anything that scores pairs; nothing to inherit, nothing to register."""

    @property
    def identity(self) -> str:
        """Name and version, enough to get the same weights again."""
        ...

    def predict(self, pairs: Sequence[Pair]) -> NLIOutput:
        """Score (premise, hypothesis) pairs, in their order."""
        ...


@runtime_checkable
class Encoder(Protocol):
    """Anything that embeds texts."""

    @property
    def identity(self) -> str:
        """Name and version, enough to get the same weights again."""
        ...

    def encode(self, texts: Sequence[str]) -> Probabilities:
        """Embed texts: float32 (n, width), rows of length 1."""
        ...


class Attributor(Protocol):
    """Anything that finds attributions; the rules are one, a learned tagger is another."""

    def find_attributions(self, report: Report) -> list[Attribution]:
        """Find every attribution of a report, in text order of their contents."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class PairScores:
    """Scores of n statement pairs, in their order.

    Attributes:
        ab: float32 (n, 3), statement a as premise, columns as `NLI_LABELS`.
        ba: float32 (n, 3), statement b as premise.
        truncated: bool (n,), in either direction.
        contested: float32 (n,), the model's own contested output, both orders joined by mean logit; None without one.
        kinds: float32 (n, 7), columns as `KINDS`, mean of both orders; None for a model without such outputs.
    """

    ab: Probabilities
    ba: Probabilities
    truncated: npt.NDArray[np.bool_]
    contested: Probabilities | None = None
    kinds: Probabilities | None = None

    @property
    def contradiction(self) -> Probabilities:
        """Mean P(contradiction) of both directions: float32 (n,), 0 to 1, the same for a swapped pair."""
        mean: Probabilities = (self.ab[:, 2] + self.ba[:, 2]) / np.float32(2)
        return mean


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What can be chosen besides sides and model; one picklable value, written into the signature.

    Attributes:
        threshold: A pair is contested from this `p_contested` on, 0 to 1; None takes the shipped threshold.
        progress: Show progress bars on stderr.
        max_targets: At most so many stance targets are looked for when none are given.
    """

    threshold: float | None = None
    progress: bool = field(default=False, compare=False)
    max_targets: int = 6

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises:
            InputError: A value is out of its range.
        """
        if self.threshold is not None and not 0 <= self.threshold <= 1:
            raise InputError(f"threshold is {self.threshold}; expected a probability from 0 to 1")
        if self.max_targets < 0:
            raise InputError(f"max_targets is {self.max_targets}; expected 0 or more")
