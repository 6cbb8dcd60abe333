"""Temperature: one number a group of classes, so that their probabilities are as sure as they are right.

The logits are divided by it, so that the classes keep their order (Guo et al. 2017, "On Calibration of Modern Neural
Networks").
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from narratives.models.locate import STANCE_OUTPUTS
from narratives.training.recipe import Recipe
from narratives.training.sources import read_source
from narratives.types import NLI_LABELS, NLIModel, Probabilities

_GRID = np.geomspace(0.3, 3.0, 301)
GROUPS = {"pairs": ("label", NLI_LABELS), "side-stances": ("stance", STANCE_OUTPUTS)}
"""Kind of calibration source → its column of gold labels, and the outputs that it tempers."""


def fit_temperature(probs: Probabilities, gold: npt.NDArray[np.integer]) -> float:
    """Find the temperature under which the gold classes are most probable.

    Args:
        probs: float32 (n, classes), rows sum to 1.
        gold: (n,), index of the right class.

    Returns:
        From 0.3 to 3; above 1 where the probabilities are too sure.
    """
    logs = np.log(np.clip(probs.astype(np.float64), 1e-12, 1))

    def surprise(temperature: float) -> float:
        scaled = logs / temperature
        scaled -= np.logaddexp.reduce(scaled, axis=1, keepdims=True)
        return float(-scaled[np.arange(len(gold)), gold].mean())

    return float(min(_GRID, key=surprise))


def fit_temperatures(model: NLIModel, recipe: Recipe, folders: Sequence[Path]) -> dict[str, float]:
    """Fit a temperature for every group of classes that a recipe has calibration rows for.

    Args:
        model: The trained judge.
        recipe: With calibration sources.
        folders: That its paths begin at.

    Returns:
        Name of each output → its temperature; outputs without calibration rows are left out.
    """
    found: dict[str, float] = {}
    for kind, (column, outputs) in GROUPS.items():
        sources = [source for source in recipe.calibration if source.kind == kind]
        if not sources:
            continue
        rows = pd.concat([read_source(source, folders, seed=recipe.seed) for source in sources], ignore_index=True)
        rows = rows[rows[column] >= 0]
        output = model.predict(list(zip(rows["premise"], rows["hypothesis"], strict=True)))
        probs = output.probs if kind == "pairs" else output.stance
        if probs is not None:
            found |= dict.fromkeys(outputs, fit_temperature(probs, rows[column].to_numpy()))
    return found
