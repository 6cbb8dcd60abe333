"""Names of a report, and the side that each belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from narratives.extract.nouns import (
    ARTICLES,
    MARKS,
    OWNERS,
    PARTICLES,
    Word,
    gender_of,
    is_insider,
    is_outsider,
    looks_like_person,
    places,
    roles,
    words_of,
)
from narratives.extract.phrases import (
    apposition_after,
    client_before,
    owned_role,
    person_names,
    role_before,
    sentence_start,
)
from narratives.types import Side

_TIES_IN = frozenset("of for from at with on".split())


@dataclass(frozen=True, slots=True)
class Match:
    """Words `[start, end)` of a list that name a side (None: a country that belongs to no side)."""

    start: int
    end: int
    side: int | None
    place: bool


@dataclass(frozen=True, slots=True)
class _Form:
    """One way to name a side. `alone`: only where no other name and no noun is joined to it."""

    stems: tuple[str, ...]
    capitals: tuple[bool, ...]
    side: int
    alone: bool


@dataclass(slots=True)
class Cast:
    """The names of a report and their sides: the aliases given, what follows from them, what the report tells.

    Attributes:
        text: Of the report.
        sides: In the order of their numbers.
        genders: Surname → `m` or `f`, as far as titles and pronouns tell; `?` where two share a name.
        people: Surnames that belong to persons.
    """

    text: str
    sides: Sequence[Side]
    genders: dict[str, str] = field(default_factory=dict)
    people: set[str] = field(default_factory=set)
    _forms: dict[str, list[_Form]] = field(default_factory=dict)
    _claims: dict[tuple[tuple[str, ...], bool], int] = field(default_factory=dict)
    _countries: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Enter the aliases, then the names that the report ties to them."""
        names = [(number, alias) for number, side in enumerate(self.sides) for alias in (side.name, *side.aliases)]
        for number, alias in names:
            words = _without_article(words_of(alias))
            self._enter(words, number, alone=len(words) == 1 and not words[0].capital)
        for number, alias in names:
            self._derive(alias, number)
        for _ in range(2):  # the second round uses the names of the first
            self._learn()

    def matches(self, words: Sequence[Word]) -> list[Match]:
        """Find the names of sides and countries, the longest first where they overlap, in text order."""
        found = sorted(self._candidates(words), key=lambda match: (match.start - match.end, match.place, match.start))
        chosen: list[Match] = []
        for match in found:
            if all(match.end <= other.start or other.end <= match.start for other in chosen):
                chosen.append(match)
        return sorted(chosen, key=lambda match: match.start)

    def names(self) -> Iterator[tuple[str, int]]:
        """Give the first stem of every form and its side."""
        return ((first, form.side) for first, forms in self._forms.items() for form in forms)

    def side_of(self, words: Sequence[Word]) -> frozenset[int] | None:
        """Give the sides that a noun phrase names as the speaker's.

        Args:
            words: Of the phrase.

        Returns:
            Numbers of the sides; none where the phrase names somebody outside; None where it names nobody.
        """
        matches = self.matches(words)
        outsider = next((i for i, word in enumerate(words) if is_outsider(word)), None)
        parts = list(_parts(self.text, words, matches))
        core = parts[0][1] if parts else range(0)
        if outsider is not None and outsider in core:  # only a name given in person still counts
            named = [match for match in matches if match.start > outsider and match.start in core and not match.place]
            return frozenset(match.side for match in named[-1:] if match.side is not None)
        holds_post = any(is_insider(words[i]) for i in core)
        for mark, part in parts:
            inside = [match for match in matches if match.start in part]
            if not inside or not self._ties(mark, words, part, holds_post):
                continue
            sides = self._weigh(words, part, inside, is_core=part is core, holds_post=holds_post)
            if sides is not None:
                return sides
        return None

    def _ties(self, mark: str, words: Sequence[Word], part: range, holds_post: bool) -> bool:
        """Tell whether what stands after a mark says where a speaker belongs."""
        if mark == "who":
            return any(words[i].stem in roles()["ties"] for i in part[1:3])
        if mark == "by":  # "a readout by spokesperson Matthew Miller"
            return any(words[i].stem in roles()["documents"] for i in range(part[0]))
        return not mark or mark in _TIES_IN or (mark in ("in", "to", "close") and holds_post) or mark == "close"

    def _weigh(
        self, words: Sequence[Word], part: range, inside: Sequence[Match], *, is_core: bool, holds_post: bool
    ) -> frozenset[int] | None:
        """Choose among the names in one part of a phrase."""
        if is_core and len(inside) > 1 and "and" in (words[i].stem for i in range(inside[0].end, inside[-1].start)):
            return frozenset(match.side for match in inside if match.side is not None)
        last = next((match for match in reversed(inside) if not match.place), inside[-1])
        if last.place and not self._place_speaks(words, part, last, holds_post):
            return None
        return frozenset() if last.side is None else frozenset({last.side})

    def _place_speaks(self, words: Sequence[Word], part: range, match: Match, holds_post: bool) -> bool:
        """Tell whether a country stands for its government here: "Baku", "the Uzbek side", not "a Dutch baker"."""
        rest = [words[i] for i in part if not match.start <= i < match.end and words[i].stem not in ARTICLES | MARKS]
        nouns = roles()["institutions"] | roles()["documents"] | roles()["joint"]
        return holds_post or not rest or any(word.stem in nouns or is_insider(word) for word in rest)

    def _candidates(self, words: Sequence[Word]) -> Iterator[Match]:
        for i, word in enumerate(words):
            for form in self._forms.get(word.stem, ()):
                end = i + len(form.stems)
                if tuple(other.stem for other in words[i:end]) != form.stems:
                    continue
                if all(
                    other.capital or not capital for other, capital in zip(words[i:end], form.capitals, strict=True)
                ):
                    if not form.alone or self._stands_alone(words, i, end):
                        yield Match(i, end, form.side, place=False)
            for size in (3, 2, 1):
                country = places().get(tuple(other.stem for other in words[i : i + size]))
                if country and word.capital and i + size <= len(words):
                    yield Match(i, i + size, self._countries.get(country), place=True)
                    break

    def _stands_alone(self, words: Sequence[Word], start: int, end: int) -> bool:
        """Tell whether a short form is no part of a longer name: not "Were" in "Ann Were Odhiambo"."""
        before = words[start - 1] if start and self._joined(words[start - 1], words[start]) else None
        after = words[end] if end < len(words) and self._joined(words[end - 1], words[end]) else None
        if after and after.capital and not words[end - 1].possessive:
            return False
        if not before or before.possessive or before.stem in ARTICLES | OWNERS | MARKS:
            return True
        if before.stem in roles()["offices"]:
            return self._stands_alone(words, start - 1, end)  # "the presidential press service"
        if words[start].capital:
            return not before.capital or before.stem in roles()["titles"] or is_insider(before)
        return (before.stem,) in places()

    def _joined(self, left: Word, right: Word) -> bool:
        return self.text[left.end : right.start] in (" ", "\u00a0", "' ", "’ ") if self.text else True

    def _enter(self, words: Sequence[Word], side: int, *, alone: bool = False) -> None:
        """Enter one form; a short form that two sides could claim belongs to neither."""
        stems = tuple(word.stem for word in words)
        if not stems or (stems, False) in self._claims:
            return
        claimed = self._claims.setdefault((stems, alone), side)
        forms = self._forms.setdefault(stems[0], [])
        if claimed == side:
            form = _Form(stems, tuple(word.capital for word in words), side, alone)
            forms[:] = [*(known for known in forms if known != form), form]
        else:
            self._claims[stems, alone] = -1
            forms[:] = [known for known in forms if known.stems != stems]

    def _derive(self, alias: str, side: int) -> None:
        """Enter what follows from an alias: surname, initials, head noun, country."""
        words = _without_article(words_of(alias))
        name = [word for word in words if word.stem not in roles()["titles"]]
        person = looks_like_person(name) or (len(words) > len(name) == 1 and name[0].capital)
        if person:
            self._enter_person(name, side)
        capitals = [word for word in words if word.capital]
        if len(capitals) > (2 if person else 1) and len(capitals) == len(
            [w for w in words if w.stem not in MARKS | ARTICLES | {"and"}]
        ):
            initials = "".join(alias[word.start] for word in capitals)
            self._enter(words_of(initials), side, alone=True)
        head = next((words[i - 1] for i, word in enumerate(words) if word.stem == "of" and i), words[-1])
        if len(words) > 1 and head.stem in roles()["institutions"]:
            self._enter([Word(head.stem, 0, 0, capital=False, possessive=False)], side, alone=True)
            opening = words[: next((i for i, word in enumerate(words) if word.stem == "of"), 0)]
            if len(opening) > 1:  # "press service" of "press service of the Azerbaijani President"
                self._enter(opening, side, alone=True)
        self._derive_country(words, side)

    def _derive_country(self, words: Sequence[Word], side: int) -> None:
        """Let a side that is a country's government answer to all names of the country."""
        for start in range(len(words)):
            for size in (3, 2, 1):
                country = places().get(tuple(word.stem for word in words[start : start + size]))
                rest = [*words[:start], *words[start + size :]]
                if country and words[start].capital and all(_governs(word) for word in rest):
                    if self._countries.setdefault(country, side) != side:
                        self._countries[country] = -1
        self._countries = {country: owner for country, owner in self._countries.items() if owner >= 0}

    def _enter_person(self, name: Sequence[Word], side: int) -> None:
        if len(name) > 1:
            self._enter(name, side)
        for word in name:
            if len(word.stem) > 2 and word.stem not in PARTICLES:
                self._enter([word], side, alone=True)

    def _learn(self) -> None:
        """Enter each person whom the report ties to a side: "Akorda spokeswoman Dina Ospanova"."""
        words = words_of(self.text)
        for start, end in person_names(self.text, words):
            name = words[start:end]
            before = role_before(self.text, words, start)
            self._note(name, words[before:start])
            known = [match for match in self.matches(name) if not match.place]
            if known:
                self._learn_employer(words[before:start], {match.side for match in known})
                continue
            after = apposition_after(self.text, words, end)
            sides = self.side_of([*words[before:start], *words[end:after]]) or self.side_of(
                client_before(self.text, words, start)
            )
            owned = owned_role(self.text, words, start)
            if sides is None and owned is not None:
                earlier = self.matches(words[sentence_start(self.text, words, owned) : owned])
                sides = frozenset(match.side for match in earlier[-1:] if match.side is not None) or None
            if sides and len(sides) == 1:
                self._enter_person(name, *sides)

    def _learn_employer(self, role: Sequence[Word], sides: set[int | None]) -> None:
        """Enter "the association" after "the association's treasurer, Thi Nguyen", whose side is known."""
        if len(sides) == 1 and not self.matches(role):
            (side,) = sides
            nouns = [w for w in role if not w.capital and w.stem in roles()["institutions"] and not is_insider(w)]
            if side is not None and nouns:
                self._enter(nouns[-1:], side, alone=True)

    def _note(self, name: Sequence[Word], before: Sequence[Word]) -> None:
        """Keep what titles and roles tell of a person."""
        if before and (is_insider(before[-1]) or before[-1].stem in roles()["titles"]):
            self.people.add(name[-1].stem)
            gender = gender_of(before)
            if gender and self.genders.setdefault(name[-1].stem, gender) != gender:
                self.genders[name[-1].stem] = "?"  # two of one name


def _parts(text: str, words: Sequence[Word], matches: Sequence[Match]) -> Iterator[tuple[str, range]]:
    """Cut a noun phrase at commas, prepositions and relative pronouns: the mark that opens each part, its words."""
    inner = {i for match in matches for i in range(match.start + 1, match.end)}
    start, mark = 0, ""
    for i, word in enumerate(words):
        comma = i > 0 and any(sign in text[words[i - 1].end : word.start] for sign in ",;(–—")
        opens = (word.stem in MARKS and mark != "close") or (word.stem == "close" and not word.capital)
        if i and i not in inner and (comma or opens) and mark != ("who" if not comma else None):
            yield mark, range(start, i)
            start, mark = i, ""
        if i == start and opens:
            mark = word.stem
    yield mark, range(start, len(words))


def _governs(word: Word) -> bool:
    return word.stem in ARTICLES | MARKS | roles()["institutions"] | roles()["joint"] or is_insider(word)


def _without_article(words: Sequence[Word]) -> list[Word]:
    return list(words[1:] if len(words) > 1 and words[0].stem in ("the", "a", "an") else words)
