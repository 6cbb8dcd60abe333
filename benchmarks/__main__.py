"""`python -m benchmarks [SUITE...]`: run suites and write `benchmarks/results/`."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.results import RESULTS
from benchmarks.run import SUITES, run_suites
from narratives.errors import InputError, NarrativesError


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure quality and speed.")
    parser.add_argument("suites", nargs="*", metavar="SUITE", help=f"{', '.join(SUITES)}; all when none is given")
    parser.add_argument("--data", type=Path, help="folder with nli/ and eval/; also NARRATIVES_DATA")
    parser.add_argument("--model", help="a directory or a hub id; the embedded model when left out")
    parser.add_argument("--rows", type=int, default=0, help="at most so many rows of each set, for a quick run")
    parser.add_argument("--only", action="append", default=[], metavar="SET", help="a set of nli or contest; repeat it")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=RESULTS)
    given = parser.parse_args(arguments)
    if unknown := [suite for suite in given.suites if suite not in SUITES]:
        parser.error(f"no suite {', '.join(unknown)}; there are {', '.join(SUITES)}")
    if given.rows < 0:
        parser.error(f"--rows is {given.rows}; expected 0 (all) or more")
    return given


def _shown(arguments: Sequence[str]) -> str:
    """Write the command without the place of the data, which is the machine's own affair."""
    shown = list(arguments)
    for index, argument in enumerate(shown):
        if argument == "--data":
            shown[index + 1] = "DIR"
        elif argument.startswith("--data="):
            shown[index] = "--data=DIR"
    return shlex.join(["python", "-m", "benchmarks", *shown])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line.

    Args:
        arguments: Without the program's name; None takes `sys.argv`.

    Returns:
        Exit code: 0, or 1 with one line on stderr.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    given = _parse(arguments)
    folder = given.data or (Path(place) if (place := os.environ.get("NARRATIVES_DATA")) else None)
    try:
        if folder is not None and not folder.is_dir():
            raise InputError(f"the data folder {folder} does not exist; give one with nli/ and eval/, or none at all")
        run_suites(
            tuple(given.suites) or SUITES,
            model=given.model,
            folder=folder,
            rows=given.rows,
            only=tuple(given.only),
            seed=given.seed,
            out=given.out,
            command=_shown(arguments),
        )
    except NarrativesError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
