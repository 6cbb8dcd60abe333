"""`python -m benchmarks.curve`: what labelled disputes buy. Trains on growing shares of them and measures each.

Each share is a run of its own from the same base, one pass over both forms; a share lies within the next larger one.
Runs checkpoint in `--out` and go on where they were; a share that is finished is not trained again.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks import sets
from benchmarks.quality import Bench, measure_contest
from benchmarks.results import RESULTS, Row, write_result
from narratives.errors import NarrativesError
from narratives.models import load_encoder, load_model
from narratives.training.recipe import Recipe, Source, Stage
from narratives.training.sources import read_source
from narratives.training.train import Trainer

ROOT = Path(__file__).parents[1]
SHARES = (0.12, 0.25, 0.5, 1.0)
MEASURED = ("disputes", "real")


def plan(base: Path, share: float, *, seed: int) -> Recipe:
    """Write the recipe of one share.

    Args:
        base: Folder of a judge that saw no disputes.
        share: Of the training disputes.
        seed: Of the order.

    Returns:
        One stage over the disputes, as claims and in words.
    """
    kept = (*sets.TEST_DISPUTES, *sets.CALIBRATION_DISPUTES)
    sources = tuple(
        Source(
            kind="disputes", path="benchmarks/disputes/d*.jsonl", exclude=kept, form=form, share=share, nli_weight=0.3
        )
        for form in sets.FORMS
    )
    stage = Stage(name="curve", learning_rate=8e-5, sources=sources)
    digest = hashlib.sha256(repr((str(base), share, seed, stage)).encode()).hexdigest()[:12]
    return Recipe(base=str(base), stages=(stage,), seed=seed, digest=digest)


def measure_share(base: Path, share: float, *, out: Path, folder: Path | None, seed: int) -> list[Row]:
    """Train on one share of the disputes and measure contest.

    Args:
        base: Folder of a judge that saw no disputes.
        share: Of the training disputes.
        out: Where the runs are kept.
        folder: With the public data, for the words of real statements.
        seed: Of the run.

    Returns:
        The rows of the contest suite for the model's own output, with `share` and `n_disputes`.
    """
    recipe = plan(base, share, seed=seed)
    n_disputes = read_source(recipe.stages[0].sources[0], [ROOT], seed=seed)["group"].nunique()
    trained = Trainer(recipe, data=[ROOT], out=out / f"share-{share:g}").run()
    bench = Bench(load_model(trained), load_encoder(), folder, seed=seed, only=MEASURED)
    return [
        {**row, "share": share, "n_disputes": n_disputes}
        for row in measure_contest(bench)
        if row.get("method", "contested output") == "contested output"
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line.

    Args:
        arguments: Without the program's name; None takes `sys.argv`.

    Returns:
        Exit code: 0, or 1 with one line on stderr.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks.curve", description=__doc__)
    parser.add_argument("base", type=Path, help="folder of a judge that saw no disputes")
    parser.add_argument("--out", type=Path, required=True, help="where the runs are kept")
    parser.add_argument("--data", type=Path, help="folder with eval/, for the words of real statements")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args(arguments)
    rows: list[Row] = []
    try:
        for share in SHARES:
            rows += measure_share(given.base, share, out=given.out, folder=given.data, seed=given.seed)
            about = {
                "base": given.base.name,
                "seed": given.seed,
                "command": "python -m benchmarks.curve BASE --out OUT",
            }
            write_result("curve", "default", rows, about=about, out=RESULTS)
    except NarrativesError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
