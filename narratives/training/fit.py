"""The small fits on top of the model: p_contested from scores, stance from hypotheses; and their thresholds.

Each is a logistic regression on a handful of features (scikit-learn, which sentence-transformers brings along).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.linear_model import LogisticRegression

from narratives.contrast.contest import (
    BLEND_FEATURES,
    HEAD_FEATURES,
    ContestFit,
    blend_features,
    cosines,
    head_features,
)
from narratives.contrast.score import score_pairs
from narratives.contrast.stance import StanceFit, stance_features
from narratives.errors import InputError
from narratives.training.recipe import Recipe, Source
from narratives.training.sources import read_source
from narratives.types import STANCES, Encoder, NLIModel

logger = logging.getLogger(__name__)

STANCE_SETS = (
    "stance_gwsd_train",
    "stance_ibm_claims_train",
    "stance_perspectrum_train_dev",
    "stance_vast_train10_dev",
)
STANCE_ROWS = 1000
CONTEST_KINDS = ("disputes", "reports", "real")
"""Kinds of sources that label every pair contested or not."""
BLEND_ROWS = 4000
"""So many training pairs are enough for the five weights of the blend."""


def best_threshold(p: npt.NDArray[np.floating], gold: npt.NDArray[np.bool_]) -> float:
    """Find the threshold of highest F1.

    Args:
        p: (n,), 0 to 1.
        gold: bool (n,).

    Returns:
        The lowest `p` of the best set, so that `p >= threshold` gives that F1.
    """
    order = np.argsort(-p, kind="stable")
    hits = np.cumsum(gold[order])
    f1 = 2 * hits / (np.arange(1, len(p) + 1) + gold.sum())
    return float(p[order][int(f1.argmax())])


def _logistic(features: npt.NDArray[np.float64], gold: npt.NDArray[np.bool_]) -> tuple[tuple[float, ...], float]:
    fitted = LogisticRegression(C=10.0, max_iter=1000).fit(features, gold)
    return tuple(map(float, fitted.coef_[0])), float(fitted.intercept_[0])


def calibration_rows(recipe: Recipe, folders: Sequence[Path]) -> pd.DataFrame:
    """Read the pairs that a recipe keeps for calibration.

    Args:
        recipe: With calibration sources.
        folders: That its paths begin at.

    Returns:
        The pairs.

    Raises:
        InputError: The recipe has none, or a file is absent.
    """
    sources = [source for source in recipe.calibration if source.kind in CONTEST_KINDS]
    if not sources:
        raise InputError("the recipe has no [[calibration]] of contested pairs; name labelled ones that no stage sees")
    return pd.concat([read_source(source, folders, seed=recipe.seed) for source in sources], ignore_index=True)


def training_rows(recipe: Recipe, folders: Sequence[Path]) -> pd.DataFrame:
    """Read some of the labelled cross pairs that a recipe trains on, `BLEND_ROWS` at most.

    Args:
        recipe: With sources of contested pairs.
        folders: That its paths begin at.

    Returns:
        The pairs, drawn with the recipe's seed.
    """
    sources = [source for stage in recipe.stages for source in stage.sources if source.kind in CONTEST_KINDS]
    rows = pd.concat([read_source(source, folders, seed=recipe.seed) for source in sources], ignore_index=True)
    rows = rows.drop_duplicates(["premise", "hypothesis"])
    return rows.sample(min(BLEND_ROWS, len(rows)), random_state=recipe.seed)


def fit_head(model: NLIModel, rows: pd.DataFrame) -> ContestFit:
    """Calibrate a model's own contested output on labelled pairs.

    Args:
        model: With a contested output.
        rows: Pairs that it was not trained on.

    Returns:
        The fit, with the threshold of highest F1 on these rows.
    """
    pairs = list(zip(rows["premise"], rows["hypothesis"], strict=True))
    features = head_features(score_pairs(pairs, model))
    gold = rows["contested"].to_numpy() == 1
    weights, intercept = _logistic(features, gold)
    fit = ContestFit(weights, intercept, 0.5)
    return ContestFit(weights, intercept, best_threshold(fit.apply(features), gold))


def fit_blend(model: NLIModel, encoder: Encoder, rows: pd.DataFrame, calibration: pd.DataFrame) -> ContestFit:
    """Join a three-class model's probabilities with similarity.

    Args:
        model: Whose contested output, if any, is ignored; it should not have been trained on these rows.
        encoder: Gives the cosines.
        rows: Pairs to fit on.
        calibration: Pairs to choose the threshold on.

    Returns:
        The fit.
    """
    features, gold = [], []
    for part in (rows, calibration):
        pairs = list(zip(part["premise"], part["hypothesis"], strict=True))
        features.append(blend_features(score_pairs(pairs, model), cosines(pairs, encoder)))
        gold.append(part["contested"].to_numpy() == 1)
    weights, intercept = _logistic(np.concatenate(features), np.concatenate(gold))
    fit = ContestFit(weights, intercept, 0.5)
    return ContestFit(weights, intercept, best_threshold(fit.apply(features[1]), gold[1]))


def stance_rows(folders: Sequence[Path], *, seed: int) -> pd.DataFrame:
    """Sample published stance data, training splits only.

    Args:
        folders: Of which one has `eval/`.
        seed: Of the sample.

    Returns:
        Rows in the columns of `narratives.training.data`, at most `STANCE_ROWS` of each set.

    Raises:
        InputError: A set is in none of the folders.
    """
    sources = [Source(kind="stances", path=f"eval/{name}.parquet", rows=STANCE_ROWS) for name in STANCE_SETS]
    return pd.concat([read_source(source, folders, seed=seed) for source in sources], ignore_index=True)


def fit_stance(model: NLIModel, rows: pd.DataFrame) -> StanceFit:
    """Fit stance on the probabilities of the hypotheses, the classes weighted alike.

    Args:
        model: Any three-class model.
        rows: As `stance_rows` gives them.

    Returns:
        The fit.
    """
    features = stance_features(list(rows["premise"]), list(rows["hypothesis"]), model).astype(np.float64)
    labels = rows["stance"].to_numpy()
    fitted = LogisticRegression(C=1.0, max_iter=2000, class_weight="balanced").fit(features, labels)
    return StanceFit(tuple(tuple(map(float, row)) for row in fitted.coef_), tuple(map(float, fitted.intercept_)))


def _toml_numbers(values: Sequence[float]) -> str:
    return "[" + ", ".join(f"{value:.6g}" for value in values) + "]"


def write_contest(path: Path, fits: Mapping[str, ContestFit], *, model: str, three_class: str, recipe: Recipe) -> None:
    """Write `contest.toml`.

    Args:
        path: The file.
        fits: `head` and `blend`.
        model: Identity of the model with the contested output.
        three_class: Identity of the model that the blend was fitted with.
        recipe: That names the pairs.
    """
    calibration = ", ".join(
        dict.fromkeys(" ".join((s.path, *s.only)) for s in recipe.calibration if s.kind in CONTEST_KINDS)
    )
    lines = [
        "# Written by `python -m narratives.training fit`; see narratives/training/fit.py.",
        f"# Calibration pairs of recipe {recipe.digest}: {calibration}.",
        f"# head: {model}, calibrated on them, threshold of best F1 on them.",
        f"# blend: fitted with {three_class} on training pairs and them, threshold likewise.",
    ]
    for name, fit in fits.items():
        features = HEAD_FEATURES if name == "head" else BLEND_FEATURES
        lines += ["", f"[{name}]", f"threshold = {fit.threshold:.6f}", f"intercept = {fit.intercept:.6g}"]
        lines += [f"weights.{feature} = {w:.6g}" for feature, w in zip(features, fit.weights, strict=True)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_stance(path: Path, fit: StanceFit, *, model: str) -> None:
    """Write `stance.toml`.

    Args:
        path: The file.
        fit: The fit.
        model: Identity of the model that it was fitted with.
    """
    lines = [
        "# Written by `python -m narratives.training fit`; see narratives/training/fit.py.",
        f"# Fitted with {model} on {', '.join(STANCE_SETS)} (training splits, at most {STANCE_ROWS} rows each).",
        f"intercept = {_toml_numbers(fit.intercept)}",
        "",
        "[weights]",
        *(f"{name} = {_toml_numbers(row)}" for name, row in zip(STANCES, fit.weights, strict=True)),
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
