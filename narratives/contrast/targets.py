"""Stance targets of a report when none are given: phrases that both sides speak of."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

_WORD = re.compile(r"[^\W\d_][\w’'-]*")
_BREAK = frozenset(
    """a about after again against all also although always am among an and any are aren't as at be because been before
    being between both but by came can cannot can't could couldn't did didn't do does doesn't doing don't done down
    during each either ever every few first for from further get give given go goes going gone got had hadn't has hasn't
    have haven't having he her here hers herself him himself his how however i if in into is isn't it it's its itself
    just last left let like made make many may me might mine more most much must my myself never next no none nor not
    nothing now of off on once one only or other others ought our ours ourselves out over own put rather said same say
    saying says second see seen set she should shouldn't since so some still such take taken than that the their theirs
    them themselves then there these they thing things this those though through thus to today together told tomorrow
    too took two under until up upon us very via was wasn't we well went were weren't what when where whether which
    while who whom whose why will with within without won't would wouldn't yesterday yet you your yours
    monday tuesday wednesday thursday friday saturday sunday""".split()
)
_DETERMINERS = frozenset("the a an its his her their our your my this that these those any no".split())
MAX_WORDS = 3


def _stem(word: str) -> str:
    """Fold case, the possessive and the plural, so that "checkpoints" and "the checkpoint's" meet."""
    word = re.sub(r"['’]s?$", "", word.casefold())
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _phrases(text: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Give runs of up to three content words, as stems and as they stand in the text."""
    run: list[re.Match[str]] = []
    end = 0
    for match in [*_WORD.finditer(text), None]:
        broken = match is None or match[0].casefold() in _BREAK or bool(text[end : match.start()].strip())
        if broken:
            yield from _runs(text, run)
            run = []
        if match is not None:
            end = match.end()
            if match[0].casefold() not in _BREAK:
                run.append(match)


def _runs(text: str, run: Sequence[re.Match[str]]) -> Iterator[tuple[tuple[str, ...], str]]:
    for size in range(1, MAX_WORDS + 1):
        for words in zip(*(run[i:] for i in range(size)), strict=False):
            yield tuple(_stem(word[0]) for word in words), text[words[0].start() : words[-1].end()]


def _determined(text: str) -> Iterator[str]:
    """Give the words behind an article or the like; a single word is taken as a target only where it is used so."""
    words = [match[0] for match in _WORD.finditer(text)]
    return (word for before, word in pairwise(words) if before.casefold() in _DETERMINERS)


def find_targets(sides: Sequence[Sequence[str]], *, limit: int, names: Sequence[str] = ()) -> list[str]:
    """Find what both (or several) sides speak of.

    Args:
        sides: The statements of each side.
        limit: At most so many targets.
        names: Names and aliases of the sides, which are no targets.

    Returns:
        Phrases as they stand in the statements, the most shared and longest first; a phrase whose words all lie in
        one that was taken before is left out.
    """
    own = {_stem(word) for name in names for word in _WORD.findall(name)}
    spoken: list[Counter[tuple[str, ...]]] = []
    forms: dict[tuple[str, ...], Counter[str]] = {}
    nouns = {_stem(word) for texts in sides for text in texts for word in _determined(text)}
    for texts in sides:
        count: Counter[tuple[str, ...]] = Counter()
        for text in texts:
            for stems, form in _phrases(text):
                single_verb = len(stems) == 1 and stems[0] not in nouns
                if not single_verb and not all(stem in own or len(stem) < 3 for stem in stems):
                    count[stems] += 1
                    forms.setdefault(stems, Counter())[form] += 1
        spoken.append(count)
    if len(spoken) < 2:
        return []
    score = {
        stems: (sorted(count[stems] for count in spoken)[-2]) * len(stems) + sum(c[stems] for c in spoken) / 100
        for stems in forms
        if sum(stems in count for count in spoken) >= 2
    }
    found: list[tuple[str, ...]] = []
    for stems in sorted(score, key=lambda stems: (-score[stems], stems)):
        if len(found) < limit and not any(set(stems) & set(other) for other in found):
            found.append(stems)
    return [_commonest(forms[stems]) for stems in found]


def _commonest(forms: Counter[str]) -> str:
    """Give the form that occurs most often, without a possessive; the first in the alphabet of several."""
    form = max(sorted(forms), key=forms.__getitem__)
    return re.sub(r"['’]s?$", "", form)
