"""The recipe of a training run: one TOML file, read into frozen values."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from narratives.errors import InputError

SOURCE_KINDS = ("pairs", "disputes", "reports", "real", "stances", "side-stances")
FORMS = ("claims", "words")
PARTS = ("train", "dev")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One part of a stage's training data.

    Attributes:
        kind: `pairs` (a table with premise, hypothesis, label), `disputes`, `reports` or `real`
            (labelled cross-side pairs in the formats of `benchmarks/`), `stances` (a table with text, target, label),
            `side-stances` (the targets of disputes or the issues of reports, each side's statements joined).
        path: File or glob, relative to the data folder.
        exclude: Stems of files, or their first part (`r4` for every `r4-…`), that are left out.
        only: Likewise, those that alone are read; empty for all.
        part: Of real items, those for `train` or `dev`; for `test` none may be fitted.
        form: For labelled disputes, the `claims` or the `words` as reported.
        rows: At most so many rows, drawn with the run's seed; 0 takes all.
        share: Of the disputes (or reports, items), this part, chosen by the hash of their ids, so that a smaller share
            lies within a larger one; more than 0, at most 1.
        repeat: How often the rows are seen in one pass.
        nli_weight: Weight of the three-class loss of these rows, 0 to 1.
        keep_out: Leave out the rows of one premise in so many (by `is_kept_out`), for testing; 0 leaves out none.
    """

    kind: str
    path: str
    exclude: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    part: str = "train"
    form: str = "claims"
    rows: int = 0
    share: float = 1.0
    repeat: int = 1
    nli_weight: float = 1.0
    keep_out: int = 0

    def __post_init__(self) -> None:
        """Check the closed vocabularies."""
        if self.kind not in SOURCE_KINDS:
            raise InputError(f"source kind is {self.kind!r}; expected one of {', '.join(SOURCE_KINDS)}")
        if not 0 < self.share <= 1:
            raise InputError(f"source share is {self.share}; expected more than 0, at most 1")
        if self.part not in PARTS:
            raise InputError(f"source part is {self.part!r}; expected one of {', '.join(PARTS)}")
        if self.form not in FORMS:
            raise InputError(f"source form is {self.form!r}; expected one of {', '.join(FORMS)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stretch of training with its own data and learning-rate schedule (warm-up, then linear to zero).

    Attributes:
        name: Shown in the log and kept in the checkpoint.
        learning_rate: Peak of the schedule.
        sources: What the stage sees, shuffled together.
        batch_size: Pairs a step.
        warmup: Share of the steps over which the rate rises, 0 to 1.
    """

    name: str
    learning_rate: float
    sources: tuple[Source, ...]
    batch_size: int = 64
    warmup: float = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """All that decides the weights, besides the data themselves.

    Attributes:
        base: Python package or directory with the pretrained encoder.
        stages: Run in order.
        seed: Of initialisation, sampling and order.
        max_tokens: Longer training pairs are left out and counted.
        label_smoothing: Of the three-class loss.
        calibration: What p_contested is calibrated and its threshold chosen on; no stage may see it.
        freeze_embeddings: Keep the word embeddings as they are, so that several heads can share them.
        digest: First 12 hex digits of the SHA-256 of the recipe file.
    """

    base: str
    stages: tuple[Stage, ...]
    seed: int = 0
    max_tokens: int = 128
    label_smoothing: float = 0.05
    calibration: tuple[Source, ...] = ()
    freeze_embeddings: bool = True
    digest: str = ""


def _build(kind: type[Any], table: dict[str, Any], where: str) -> Any:
    """Make a `kind` from a TOML table, refusing keys that it does not have."""
    known = {field.name for field in fields(kind)}
    if unknown := set(table) - known:
        raise InputError(f"{where} has unknown keys {sorted(unknown)}; known: {sorted(known)}")
    try:
        return kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in table.items()})
    except TypeError as error:
        raise InputError(f"{where}: {error}") from error


def read_recipe(path: str | Path) -> Recipe:
    """Read a recipe file.

    Args:
        path: A TOML file like `recipes/default.toml` beside this module.

    Returns:
        The recipe, with the digest of the file.

    Raises:
        InputError: The file cannot be read, is not TOML, or has unknown or missing keys.
    """
    path = Path(path)
    try:
        raw = path.read_bytes()
        table = tomllib.loads(raw.decode())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"cannot read the recipe {path}: {error}") from error
    stages = []
    for stage in table.pop("stage", []):
        where = f"stage {stage.get('name', '?')!r} of {path.name}"
        sources = tuple(_build(Source, source, f"a source of {where}") for source in stage.pop("source", []))
        stages.append(_build(Stage, {**stage, "sources": sources}, where))
    calibration = [_build(Source, source, f"calibration of {path.name}") for source in table.pop("calibration", [])]
    if not stages:
        raise InputError(f"{path} has no [[stage]]; expected at least one, with [[stage.source]] tables")
    digest = hashlib.sha256(raw).hexdigest()[:12]
    recipe: Recipe = _build(
        Recipe, {**table, "stages": stages, "calibration": calibration, "digest": digest}, path.name
    )
    return recipe
