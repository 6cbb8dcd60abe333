"""Names of a report that belong together: a spokeswoman and her ministry, a capital and its country."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from narratives.extract.nouns import (
    MARKS,
    NO_NAMES,
    Word,
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
from narratives.types import Attribution, Report, Side

_Key = tuple[str, ...]
_OBJECT_MARKS = frozenset("to in against about which by near that under over behind".split())
_DETERMINERS = frozenset("the its their his her this our same".split())


class Parties:
    """Groups of names, tied wherever the report names them in one noun phrase.

    Args:
        report: The report.
        attributions: Of that report; their sources and all persons' names in the text are looked at.
        with_countries: Tie by country too; in a quarrel within one country its name would join both sides.
    """

    def __init__(self, report: Report, attributions: Sequence[Attribution], *, with_countries: bool) -> None:
        self._text = report.text
        self._with_countries = with_countries
        self._parent: dict[_Key, _Key] = {}
        self._shown: dict[_Key, str] = {}
        self._count: Counter[_Key] = Counter()
        self._outside: set[_Key] = set()
        words = words_of(self._text)
        self._proper = {word.stem for i, word in enumerate(words) if word.capital and self._mid_sentence(words, i)}
        sources = [source_words(self._text, attribution) for attribution in attributions]
        self._common = {head for source in sources if (head := common_head(source))} | roles()["institutions"]
        self._heard: set[_Key] = set()
        for source in sources:
            self._heard.update(self.tie(source))
        for start, end in person_names(self._text, words):
            phrase = words[role_before(self._text, words, start) : apposition_after(self._text, words, end)]
            self.tie([*phrase, *client_before(self._text, words, start)])
            owned = owned_role(self._text, words, start)
            if owned is not None:
                earlier = list(self._names(words[sentence_start(self._text, words, owned) : owned], to_object=False))
                self.tie([*(earlier[-1] if earlier else ()), *words[start:end]])
        if with_countries:
            for i, word in enumerate(words):
                for size in (3, 2, 1):
                    if word.capital and tuple(other.stem for other in words[i : i + size]) in places():
                        self._add(words[i : i + size])
                        break
        self._shorten()

    def sides(self) -> list[Side]:
        """Give each party as a side, named by its institution, else its country, else its person."""
        groups: dict[_Key, list[_Key]] = {}
        for key in self._parent:
            groups.setdefault(self._root(key), []).append(key)
        made = []
        for keys in groups.values():
            if not self._outside.intersection(keys):
                keys.sort(key=lambda key: (-self._weight(key), -self._count[key], -len(key), key))
                shown = list({self._shown[key].casefold(): self._shown[key] for key in keys}.values())
                made.append(Side(shown[0], tuple(shown[1:])))
        return sorted(made, key=lambda side: side.name)

    def tie(self, words: Sequence[Word]) -> list[_Key]:
        """Join the names in one noun phrase, up to the first that is only its object; give them."""
        keys = [self._add(name) for name in self._names(words)]
        if any(is_outsider(word) for word in words):
            self._outside.update(key for key in keys if len(key) > 1 and not roles()["institutions"].intersection(key))
            self._outside -= places().keys()
            return []
        for key in keys[1:]:
            self._parent[self._root(key)] = self._root(keys[0])
        return keys

    def _weight(self, key: _Key) -> int:
        """Order the names of a party: institutions, countries, other proper names, common nouns, passing mentions."""
        rank = name_rank(self._shown[key])
        return rank if rank > 2 or key in self._heard or self._count[key] > 1 else -1

    def _add(self, name: Sequence[Word]) -> _Key:
        key = tuple(word.stem for word in name)
        shown = self._text[name[0].start : name[-1].end].removesuffix("'s").removesuffix("’s")
        if not name[0].capital:
            shown = f"the {shown}"
        if key in places():
            country = tuple(word.stem for word in words_of(places()[key]))
            if len(key) == 1:  # an adjective or capital is no name for a side; "Foreign Office" is
                key, shown = country, places()[key]
            self._enter(country, places()[key] if key in places() else shown)
        self._enter(key, shown)
        self._count[key] += 1
        if key in places() and key != country:
            self._parent[self._root(key)] = self._root(country)
        return key

    def _enter(self, key: _Key, shown: str) -> None:
        self._parent.setdefault(key, key)
        self._shown.setdefault(key, shown)

    def _names(self, words: Sequence[Word], *, to_object: bool = True) -> Iterator[Sequence[Word]]:
        """Give the names in a phrase; titles and roles left out."""
        run: list[Word] = []
        for i, word in enumerate(words):
            joined = bool(run) and self._text[run[-1].end : word.start] in (" ", "\u00a0") and not run[-1].possessive
            bridge = joined and word.stem in ("of", "and", "for") and self._institution_goes_on(run, words, i)
            if run and not joined:
                yield from self._name(run)
                run = []
            if bridge or self._is_name_part(words, i):
                run.append(word)
                continue
            if run:
                yield from self._name(run)
                run = []
            if to_object and word.stem in _OBJECT_MARKS:
                return
            if word.stem in self._common and not (word.capital and word.stem in self._proper):
                after = words[i + 1] if i + 1 < len(words) else None
                if not after or after.capital or after.stem in MARKS or is_insider(after) or word.possessive:
                    yield [word]  # not "press" in "press service"
        if run:
            yield from self._name(run)

    def _is_name_part(self, words: Sequence[Word], i: int) -> bool:
        word = words[i]
        if not word.capital or word.stem in NO_NAMES or word.stem in roles()["titles"] or is_insider(word):
            return False
        if word.stem.isdigit() or word.stem in roles()["documents"] or len(word.stem) == 1:
            return False
        state = i > 1 and words[i - 1].stem == "of" and is_insider(words[i - 2]) and words[i - 2].capital
        return not state and (
            word.stem in self._proper or (word.stem,) in places() or self._text[word.start : word.end].isupper()
        )

    def _institution_goes_on(self, run: Sequence[Word], words: Sequence[Word], i: int) -> bool:
        return i + 1 < len(words) and words[i + 1].capital and any(w.stem in roles()["institutions"] for w in run)

    def _name(self, run: Sequence[Word]) -> Iterator[Sequence[Word]]:
        key = tuple(word.stem for word in run)
        if key in places():
            if self._with_countries:
                yield run
            return
        size = next((size for size in (2, 1) if key[:size] in places() and looks_like_person(run[size:])), 0)
        if size and self._with_countries:
            yield run[:size]
        if len(run) < 3 or not self._text[run[0].start : run[-1].end].isupper():  # else it is a heading
            yield run[size:]

    def _shorten(self) -> None:
        """Join a short name to the one party whose longer name it can stand for."""
        for key in list(self._parent):
            if key in places():
                continue
            longer = [other for other in self._parent if other != key and _short_for(key, other)]
            roots = {self._root(other) for other in longer}
            if len(roots) > 1:
                roots = {self._root(other) for other in longer if other in self._heard}
            if len(roots) == 1:
                self._parent[self._root(key)] = roots.pop()

    def _root(self, key: _Key) -> _Key:
        while self._parent[key] != key:
            key = self._parent[key]
        return key

    def _mid_sentence(self, words: Sequence[Word], i: int) -> bool:
        """Tell whether a capital is more than that of a first word."""
        if (
            i
            and self._text[words[i - 1].end : words[i].start] in (" ", ", ")
            and words[i - 1].end > self._text.find("\n")
        ):
            return True
        return (
            i + 1 < len(words)
            and words[i + 1].capital
            and words[i + 1].stem not in NO_NAMES
            and self._text[words[i].end : words[i + 1].start] == " "
        )


def name_rank(name: str) -> int:
    """Order names by how well they stand for a side: institutions, countries, other proper names, common nouns."""
    key = tuple(word.stem for word in words_of(name))
    if not any(character.isupper() for character in name):
        return 0
    return 3 if len(key) > 1 and roles()["institutions"].intersection(key) else 2 if key in places() else 1


def source_words(text: str, attribution: Attribution) -> list[Word]:
    """Give the words of a source; none where there is none."""
    pieces = attribution.source.pieces if attribution.source else ()
    return [word for piece in pieces for word in words_of(text, *piece)]


def common_head(words: Sequence[Word]) -> str:
    """Give the noun of a source like "the traders", that is no name, role or document."""
    if len(words) not in (1, 2) or words[-1].capital or (len(words) == 2 and words[0].stem not in _DETERMINERS):
        return ""
    head = words[-1]
    other = (
        head.stem in NO_NAMES
        or head.stem in roles()["documents"]
        or is_insider(head)
        or is_outsider(head)
        or (head.stem in roles()["titles"] and head.end - head.start == len(head.stem))
    )
    return "" if other or head.stem in MARKS or len(head.stem) < 4 else head.stem


def _short_for(short: _Key, long: _Key) -> bool:
    """Tell whether one name abbreviates the other: a part of it, or its initials."""
    initials = "".join(part[0] for part in long if part not in MARKS | {"and"})
    return len(short) < len(long) and (set(short) <= set(long) or short == (initials,))
