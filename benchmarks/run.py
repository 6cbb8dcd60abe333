"""Which suites there are, and how they are run with one model."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from benchmarks.end_to_end import measure_attribution, measure_stance, measure_statements
from benchmarks.labels import measure_agreement, measure_labels
from benchmarks.metrics import RESAMPLES
from benchmarks.quality import Bench, measure_contest, measure_give_aways, measure_nli
from benchmarks.results import RESULTS, Row, name_model, write_result
from narratives.models import load_encoder, load_model
from narratives.pipeline import Analyzer

QUALITY: Mapping[str, Callable[[Bench], Iterable[Row]]] = {
    "labels": measure_labels,
    "agreement": measure_agreement,
    "nli": measure_nli,
    "contest": measure_contest,
    "attribution": measure_attribution,
    "statements": measure_statements,
    "stance": measure_stance,
    "give-aways": measure_give_aways,
}
SUITES = (*QUALITY, "throughput")


def _report(suite: str, rows: list[Row], seconds: float, path: Path) -> None:
    print(f"{suite}: {len(rows)} rows in {seconds:.0f} s -> {path}", file=sys.stderr)
    for row in rows:
        if "not_run" in row:
            print(f"  {row['set']}: {row['not_run']}", file=sys.stderr)


def run_suites(
    suites: tuple[str, ...],
    *,
    model: str | None = None,
    folder: Path | None = None,
    rows: int = 0,
    only: tuple[str, ...] = (),
    seed: int = 0,
    out: Path = RESULTS,
    command: str = "",
) -> list[Path]:
    """Run suites with one model and write their results.

    Args:
        suites: Names out of `SUITES`.
        model: None for the embedded model, a directory or a hub id.
        folder: With the public data sets; None when there is none.
        rows: At most so many rows of each set; 0 takes all.
        only: Sets of `nli` and `contest` to measure; empty for all.
        seed: Of samples, resamples and fits.
        out: Folder of the results.
        command: By which this was called.

    Returns:
        The files written.
    """
    bench = Bench(load_model(model), load_encoder(), folder, rows, seed, only)
    about = {
        "identity": bench.model.identity,
        "encoder": bench.encoder.identity,
        "signature": Analyzer(model=bench.model, encoder=bench.encoder).sign(),
        "seed": seed,
        "resamples": RESAMPLES,
        "row_limit": rows or None,
        "command": command,
    }
    paths = []
    for suite in suites:
        start = time.perf_counter()
        if suite == "throughput":
            from benchmarks.throughput import measure_throughput

            measured: Iterable[Row] = measure_throughput(model, seed=seed, rows=rows)
        else:
            measured = QUALITY[suite](bench)
        done: list[Row] = []
        for row in measured:  # written as they come, so that a suite cut short leaves what it has measured
            done.append(row)
            seconds = round(time.perf_counter() - start, 1)
            path = write_result(suite, name_model(model), done, about={**about, "suite_seconds": seconds}, out=out)
        _report(suite, done, seconds, path)
        paths.append(path)
    return paths
