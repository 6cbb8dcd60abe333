"""The signature: one string that says how rows were made, so that they can be made again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, version

from narratives.types import Side

_LIBRARIES = ("torch", "transformers")


def library_version(name: str) -> str:
    """Give the installed version of a package, or `none`."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"


def digest(parts: Iterable[str]) -> str:
    """Give the first 8 hex digits of the SHA-256 of strings, in their order."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:8]


def sides_digest(sides: Sequence[Side] | None) -> str:
    """Say which sides a run was given: `discovered`, or a digest of names and aliases in their order."""
    if sides is None:
        return "discovered"
    return digest(part for side in sides for part in (side.name, *side.aliases, ""))


def sign(**entries: object) -> str:
    """Make the signature of a run.

    Args:
        **entries: What decides the rows besides library versions, in the order to be shown; empty ones are left out.

    Returns:
        `narratives:0.1.0|model:…|torch:2.13.0|…`, key and value joined by a colon, entries by a bar.
    """
    parts = {"narratives": library_version("narratives"), **entries}
    parts |= {name: library_version(name) for name in _LIBRARIES}
    return "|".join(f"{key}:{value}" for key, value in parts.items() if value not in (None, ""))
