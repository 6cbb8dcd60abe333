"""Words of a report, and the noun lists that tell names, posts, outsiders and documents apart."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_WORD = re.compile(r"@?\w+(?:[.&'’-]\w+)*")
_POSSESSIVE = re.compile(r"['’]s?$")
_PLURAL = re.compile(r"(?:(?<=\w\w)ie|(?<=[^s\W]))s$|ie$")
MARKS = frozenset("who which whose that of for from at in with on by to near under behind against over about".split())
ARTICLES = frozenset("the a an this that these those both same one two three".split())
OWNERS = frozenset("his her its their our my your whose".split())
PARTICLES = frozenset("de da do dos du del della di la le el al bin ibn van von der den ter".split())
NO_NAMES = frozenset(
    """a about after again all also an and another any are as asked at because before both but by did do does each even
    every few for from had has have he her here his how however i if in into is it its just last later many more most my
    new next no nobody none nor not nothing now of off on once one only or other our over she since so some such than
    that the their then there these they this those though to two three under until up was we were what when where
    whether which while who whose why will with without yes yet you your
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december""".split()
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the report: its stem, where it stands, and whether it starts with a capital."""

    stem: str
    start: int
    end: int
    capital: bool
    possessive: bool


def stem(word: str) -> str:
    """Fold case, the possessive and the plural."""
    word = _POSSESSIVE.sub("", word.casefold())
    return _PLURAL.sub(lambda match: "y" if match[0].startswith("ie") else "", word) if len(word) > 3 else word


def words_of(text: str, start: int = 0, end: int | None = None) -> list[Word]:
    """Split a stretch of text into words; offsets count in the whole text."""
    return [
        Word(
            stem=stem(match[0]),
            start=match.start(),
            end=match.end(),
            capital=match[0].lstrip("@")[:1].isupper(),
            possessive=match[0][-2:] in ("'s", "’s") or text[match.end() : match.end() + 1] in ("'", "’"),
        )
        for match in _WORD.finditer(text, start, len(text) if end is None else end)
    ]


@cache
def roles() -> Mapping[str, frozenset[str]]:
    """Give the noun lists of roles.toml, as stems."""
    lists = tomllib.loads(files("narratives.extract").joinpath("roles.toml").read_text("utf-8"))
    return {name: frozenset(stem(word) for word in words.split()) for name, words in lists.items()}


@cache
def places() -> Mapping[tuple[str, ...], str]:
    """Give the country of each country name, adjective and capital, as stems."""
    table = tomllib.loads(files("narratives.extract").joinpath("places.toml").read_text("utf-8"))
    return {
        tuple(word.stem for word in words_of(name)): country
        for country, names in table.items()
        for name in (country, *names)
    }


def is_insider(word: Word) -> bool:
    """Tell whether a noun names someone who speaks for an organisation, "vice-chair" and "chairwoman" included."""
    head = word.stem.rpartition("-")[2]
    woman = head.endswith(("woman", "person")) and head not in ("woman", "person")
    return word.stem in roles()["insiders"] or head in roles()["insiders"] or woman


def is_outsider(word: Word) -> bool:
    """Tell whether a noun names someone who looks at the dispute from outside."""
    return word.stem.rpartition("-")[2] in roles()["outsiders"]


def gender_of(words: Iterable[Word]) -> str:
    """Give `m` or `f` where a title or noun tells it, else nothing."""
    for word in words:
        if word.stem in roles()["female"] or word.stem.endswith("woman"):
            return "f"
        if word.stem in roles()["male"] or (word.stem.endswith(("sman", "rman")) and not word.capital):
            return "m"
    return ""


def looks_like_person(words: Sequence[Word]) -> bool:
    """Tell whether a name could be a person's: two to four capitalised words, no institution and no country in it."""
    return (
        2 <= len(words) <= 4
        and all(word.capital or word.stem in PARTICLES for word in words)
        and not any(word.stem in roles()["institutions"] or (word.stem,) in places() for word in words)
    )
