"""The opposed sides of a report when none are given: who is named together, who contradicts whom, who speaks most."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, pairwise, product

from narratives.errors import SidesError
from narratives.extract.cast import Cast
from narratives.extract.discourse import resolve
from narratives.extract.nouns import words_of
from narratives.extract.parties import Parties, name_rank
from narratives.types import Attribution, Report, Side

_MAX_PARTIES = 9
_REACH = 60
_NAMES_SIDE = 0.4
_NAMES = -1.0  # one speaks of the other
_REPLIES = -0.75  # one answers the other
_HEADLINE = -1.5  # both stand in the headline
_KIN = 2.0  # "his barrister"
_ADJOINS = 0.05  # they follow each other in one paragraph, without a word of contrast
_COST = 0.6  # of taking a party in, so that those who speak once and tie to nobody stay out
_SPEAKS = 0.3  # for each further statement of a party
_BALANCE = 0.35  # for each statement of the side that says less
_PREFER_COUNTRIES = 1.25
_Kin = Sequence[tuple[frozenset[int], frozenset[int]]]
_Edges = Mapping[tuple[int, int], float]
_CONTRAST = re.compile(
    r"\b(?:but|however|not so|deni|reject|dismiss|repl(?:y|ie)|retort|counter|dispute|contradict|rebut|refut|"
    r"hit back|for (?:its|his|her|their) part|otherwise|wrong|untrue|on the contrary|while|whereas)",
    re.IGNORECASE,
)


def discover_sides(report: Report, attributions: Sequence[Attribution]) -> tuple[Side, ...]:
    """Find the two opposed sides of a report.

    Names that the report ties together (a spokeswoman and her ministry, a capital and its country) make a party.
    Parties are then put on two sides so that those who speak of each other or answer each other are apart. Experts,
    mediators and bystanders are left out.

    Args:
        report: The report.
        attributions: Of that report.

    Returns:
        The sides, the one that speaks most first, named as the report names them.

    Raises:
        SidesError: Fewer than two parties speak.
    """
    best: tuple[float, tuple[Side, ...]] = (0.0, ())
    for with_countries in (True, False):
        parties = Parties(report, attributions, with_countries=with_countries).sides()
        found = _oppose(report, attributions, parties)
        if found[0] > _PREFER_COUNTRIES * best[0]:
            best = found
    if not best[1]:
        raise SidesError(
            f"report {report.report_id!r} has {len(attributions)} attributions, but no two parties that speak; "
            'give them: sides={name: [aliases], name: [aliases]}, or --side "NAME=ALIAS,ALIAS" for each'
        )
    return best[1]


def _oppose(
    report: Report, attributions: Sequence[Attribution], parties: Sequence[Side]
) -> tuple[float, tuple[Side, ...]]:
    """Put the parties that speak most on two sides; give how well that fits, and the sides."""
    cast = Cast(report.text, parties)
    resolved, kin = resolve(report, attributions, cast)
    heard = [(attribution, next(iter(owners))) for attribution, owners in resolved if len(owners) == 1]
    counts = Counter(owner for _, owner in heard)
    chosen = [number for number, _ in counts.most_common(_MAX_PARTIES)]
    if len(chosen) < 2:
        return 0.0, ()
    edges = _edges(report.text, heard, kin, cast)
    score, sides = max(
        (_fit(sides, chosen, counts, edges), sides)
        for sides in product((0, 1, -1), repeat=len(chosen))
        if sides[0] == 0
    )
    members = [[number for number, side in zip(chosen, sides, strict=True) if side == which] for which in (0, 1)]
    if not all(members):
        return 0.0, ()
    made = [_join([(counts[number], parties[number]) for number in numbers]) for numbers in members]
    return score, tuple(made)


def _join(parties: Sequence[tuple[int, Side]]) -> Side:
    """Make one side of several parties: named by the one that speaks most, or by its institution or country."""
    names = [name for _, party in parties for name in (party.name, *party.aliases)]
    name = parties[0][1].name
    if name_rank(name) < 2:
        enough = _NAMES_SIDE * parties[0][0]
        name = max((party.name for count, party in parties if count > enough), key=name_rank)
    return Side(name, tuple(alias for alias in dict.fromkeys(names) if alias.casefold() != name.casefold()))


def _fit(sides: Sequence[int], chosen: Sequence[int], counts: Counter[int], edges: _Edges) -> float:
    """Score a division: statements covered, balance, and edges kept."""
    spoken = [0, 0]
    for number, side in zip(chosen, sides, strict=True):
        if side >= 0:
            spoken[side] += counts[number]
    score = _BALANCE * min(spoken)
    for i, (a, side_a) in enumerate(zip(chosen, sides, strict=True)):
        for b, side_b in zip(chosen[i + 1 :], sides[i + 1 :], strict=True):
            if side_a >= 0 and side_b >= 0:
                weight = edges.get((min(a, b), max(a, b)), 0.0)
                score += weight if side_a == side_b else -weight
    return score + sum(_SPEAKS * (counts[n] - 1) - _COST for n, side in zip(chosen, sides, strict=True) if side >= 0)


def _edges(text: str, heard: Sequence[tuple[Attribution, int]], kin: _Kin, cast: Cast) -> _Edges:
    """Weigh pairs of parties: above 0 for signs that they stand together, below for signs that they are opposed."""
    edges: dict[tuple[int, int], float] = defaultdict(float)
    for a, b, weight in _signs(text, heard, kin, cast):
        if a != b:
            edges[min(a, b), max(a, b)] += weight
    return edges


def _signs(
    text: str, heard: Sequence[tuple[Attribution, int]], kin: _Kin, cast: Cast
) -> Iterator[tuple[int, int, float]]:
    """Give what the report tells of two parties: kinship, a shared headline, speaking of each other, answering."""
    for owners, owned in kin:
        yield from ((a, b, _KIN) for a, b in product(owners, owned))
    yield from ((a, b, _HEADLINE) for a, b in combinations(sorted(_named(cast, text, 0, max(text.find("\n"), 0))), 2))
    for attribution, owner in heard:
        content = attribution.content
        yield from ((owner, other, _NAMES) for other in _named(cast, text, content.start, content.end))
    for (first, a), (second, b) in pairwise(heard):
        between = text[min(first.content.end, second.content.start) : second.content.start]
        around = between + text[second.content.end : second.content.end + _REACH].partition("\n")[0]
        if second.cue:
            around += f" {second.cue.text}"
        if _CONTRAST.search(around):
            yield a, b, _REPLIES
        elif "\n" not in between:
            yield a, b, _ADJOINS


def _named(cast: Cast, text: str, start: int, end: int) -> set[int]:
    """Give the parties named in a stretch of text."""
    return {match.side for match in cast.matches(words_of(text, start, end)) if match.side is not None}
