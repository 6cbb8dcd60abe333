"""Fine-tune a judge on a user's own labelled pairs."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd

from narratives.errors import InputError
from narratives.training.data import check_table
from narratives.training.recipe import Recipe, Source, Stage
from narratives.training.train import Trainer

PAIRS = "pairs.parquet"
"""The pairs are kept beside the model that they made."""


def finetune(
    pairs: pd.DataFrame,
    *,
    out: str | Path,
    base: str = "default",
    epochs: int = 4,
    learning_rate: float = 5e-5,
    batch_size: int = 16,
    seed: int = 0,
) -> Path:
    """Train a judge further on labelled pairs of one's own; some hundred of them are enough to begin with.

    Run again with the same arguments after an interruption, it goes on where it was.

    Args:
        pairs: Columns premise and hypothesis (str, the order of the sides does not matter), and contested (0 or 1) or
            label (entailment, neutral, contradiction; or 0 to 2), or both; -1 where a row is not labelled.
        out: A folder of its own for the pairs, the checkpoint and the model.
        base: What to start from: `default` for the embedded model, or a folder with a judge.
        epochs: How often each pair is seen.
        learning_rate: Peak of the schedule.
        batch_size: Pairs a step.
        seed: Of the order.

    Returns:
        The folder of the model; `load_model` and the `model=` of every function take it.

    Raises:
        SchemaError: A column is missing, or holds something else.
        InputError: No pair, `epochs` below 1, or the folder holds a run on other pairs or with other arguments.
    """
    table = check_table(pairs, "the frame of pairs")
    if table.empty or epochs < 1:
        raise InputError(f"there are {len(table)} pairs and {epochs} epochs; expected at least 1 of each")
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    table[["premise", "hypothesis", "label", "contested"]].to_parquet(out / PAIRS, index=False)
    said = repr((base, epochs, learning_rate, batch_size, seed)).encode() + (out / PAIRS).read_bytes()
    source = Source(kind="pairs", path=PAIRS, repeat=epochs)
    recipe = Recipe(
        base=base,
        stages=(Stage(name="model", learning_rate=learning_rate, batch_size=batch_size, sources=(source,)),),
        seed=seed,
        max_tokens=256,
        digest=hashlib.sha256(said).hexdigest()[:12],
    )
    return Trainer(recipe, data=[out], out=out).run()
