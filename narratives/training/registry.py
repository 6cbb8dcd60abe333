"""Which data the recipes train on, with licence and origin: `registry.toml` beside this module."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from importlib.resources import files

from narratives.training.recipe import Recipe


@dataclass(frozen=True, slots=True)
class DataSet:
    """One registered set.

    Attributes:
        pattern: Of the paths in recipes.
        name: As the model card shows it.
        licence: Its terms, in words.
        origin: Where it comes from, repository@commit.
    """

    pattern: str
    name: str
    licence: str
    origin: str


@cache
def read_registry() -> tuple[DataSet, ...]:
    """Read all registered sets, in the order of the file."""
    table = tomllib.loads((files("narratives.training") / "registry.toml").read_text(encoding="utf-8"))
    return tuple(DataSet(pattern=pattern, **entry) for pattern, entry in table.items())


def data_of(recipe: Recipe) -> list[DataSet]:
    """Name the sets that a recipe trains on or calibrates with.

    Args:
        recipe: Any.

    Returns:
        Each set once, in the order of the registry; a path that is not registered gives a set whose licence says so.
    """
    sources = [*(source for stage in recipe.stages for source in stage.sources), *recipe.calibration]
    return sorted({_find(source.path) for source in sources}, key=_place)


def _find(path: str) -> DataSet:
    for entry in read_registry():
        if fnmatch(path, entry.pattern):
            return entry
    return DataSet(path, path, "not registered", "not registered")


def _place(entry: DataSet) -> tuple[int, str]:
    known = read_registry()
    return (known.index(entry) if entry in known else len(known)), entry.pattern


def describe(sets: Iterable[DataSet]) -> list[str]:
    """Write each set as `name (licence)`."""
    return [f"{entry.name} ({entry.licence})" for entry in sets]
