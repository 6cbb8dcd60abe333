"""From the sources that a recipe names to rows: which files, which rows of them, how often."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from narratives.errors import InputError
from narratives.training.data import (
    read_articles,
    read_disputes,
    read_pairs,
    read_real,
    read_report_pairs,
    read_side_stances,
    read_stances,
)
from narratives.training.recipe import Source


def is_kept_out(premise: str, every: int) -> bool:
    """Tell whether a premise is among the one in `every` that are kept for testing, by the SHA-256 of its words.

    Args:
        premise: All rows of one premise fall on the same side.
        every: At least 1.

    Returns:
        Whether no fit may see it.
    """
    return _hash(premise) % every == 0


def _hash(text: str) -> int:
    """Turn a text into a number from 0 to 2**32 - 1, the same on every machine."""
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16)


def _files(source: Source, folders: Sequence[Path]) -> Iterator[Path]:
    """Give the files of a source, by its `only` and `exclude`."""
    found = [path for folder in folders for path in sorted(folder.glob(source.path))]
    if not found:
        places = ", ".join(map(str, folders))
        raise InputError(f"no file matches {source.path} in {places}; set --data to the folder that holds it")
    for path in found:
        names = {path.stem, path.stem.split("-")[0]}
        if not names & set(source.exclude) and (not source.only or names & set(source.only)):
            yield path


def read_source(source: Source, folders: Sequence[Path], *, seed: int) -> pd.DataFrame:
    """Read all rows of a recipe's source, sampled and repeated as it says.

    Args:
        source: What to read.
        folders: Where the paths of the recipe begin; each is looked in.
        seed: Of the sample.

    Returns:
        The rows, with a column `nli_weight` (float32) besides.

    Raises:
        InputError: No file matches, or a file is no table of pairs.
    """
    articles: dict[str, str] = {}
    if source.kind == "real" and source.form == "words":
        articles = {key: text for folder in folders for key, text in read_articles(folder).items()}
    readers: dict[str, Callable[[Path], pd.DataFrame]] = {
        "pairs": read_pairs,
        "disputes": partial(read_disputes, form=source.form),
        "reports": partial(read_report_pairs, form=source.form),
        "real": partial(read_real, form=source.form, articles=articles, part=source.part),
        "stances": read_stances,
        "side-stances": partial(read_side_stances, form=source.form),
    }
    frame = pd.concat([readers[source.kind](path) for path in _files(source, folders)], ignore_index=True)
    if source.keep_out:
        frame = frame[[not is_kept_out(premise, source.keep_out) for premise in frame["premise"]]]
    if source.share < 1:
        frame = frame[[_hash(group) < source.share * 2**32 for group in frame["group"]]]
    if 0 < source.rows < len(frame):
        chosen = np.random.default_rng(seed).choice(len(frame), size=source.rows, replace=False)
        frame = frame.iloc[np.sort(chosen)]
    frame = pd.concat([frame] * source.repeat, ignore_index=True)
    frame["nli_weight"] = np.float32(source.nli_weight)
    return frame
