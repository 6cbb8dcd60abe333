"""The reporting cues of `cues.toml`, built into patterns."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

_VOWELS = "aeiou"
_DOUBLING = {"beg", "admit", "submit", "quip", "grin", "chat", "sum", "nod", "refer", "prefer", "label", "regret"}


@cache
def _load() -> dict[str, Any]:
    return tomllib.loads(files("narratives.extract").joinpath("cues.toml").read_text(encoding="utf-8"))


@cache
def cue_words(kind: str) -> str:
    """One list of `[words]` as the inside of a pattern.

    Args:
        kind: Its key in `cues.toml`.

    Returns:
        The words, joined by `|`.
    """
    return "|".join(_load()["words"][kind].split())


@cache
def cue_verbs(*kinds: str) -> str:
    """Every finite form of the verbs of some kinds, as the inside of a pattern.

    Args:
        *kinds: Keys of `[verbs]` in `cues.toml`.

    Returns:
        The forms, longest first, joined by `|`; gaps match any white space.
    """
    verbs = {verb for kind in kinds for verb in _load()["verbs"][kind].split()}
    found = {form.replace(" ", r"\s+") for verb in verbs for form in inflect(verb)}
    return "|".join(sorted(found, key=lambda form: (-len(form), form)))


@cache
def base_forms() -> frozenset[str]:
    """The base forms of all cue verbs; as finite verbs they need a subject in the plural."""
    every = {verb for verbs in _load()["verbs"].values() for verb in verbs.split()}
    return frozenset(forms[0] for verb in every if (forms := inflect(verb))[0] not in forms[1:])


def inflect(verb: str) -> list[str]:
    """The forms of a verb that can be a cue: base, third person, past.

    Args:
        verb: Base form; a particle follows after `_`, as in `point_out`.

    Returns:
        The forms, particle included.
    """
    base, *particle = verb.split("_")
    tail = " ".join(["", *particle])
    irregular = _load()["irregular"].get(base)
    if irregular:
        return [form + tail for form in (base, *irregular.split())]
    if base.endswith("y") and base[-2] not in _VOWELS:
        third, past = base[:-1] + "ies", base[:-1] + "ied"
    elif base.endswith("e"):
        third, past = base + "s", base + "d"
    else:
        doubled = base + base[-1] if base in _DOUBLING else base
        third = base + ("es" if base.endswith(("s", "sh", "ch", "x", "o")) else "s")
        past = doubled + "ed"
    return [form + tail for form in (base, third, past)]
