"""Speed of the engine against sentence-transformers' `CrossEncoder.predict`: same weights, texts, threads, process.

The two take turns, so that whatever else the machine does falls on both; the figure is the median of the runs.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from safetensors.numpy import save_file

from benchmarks import data
from benchmarks.results import Row
from narratives.errors import InputError
from narratives.models.cross_encoder import CrossEncoder
from narratives.models.locate import ModelSource, locate
from narratives.models.packed import load_part
from narratives.types import NLI_LABELS, Pair

N_PAIRS = 1024
GRID = 32
REPEATS = 5
PEER = "sentence-transformers, float32"


def write_plain(source: ModelSource, target: Path) -> Path:
    """Give a folder that transformers reads: the model's own, or for the embedded one its unpacked weights.

    Args:
        source: The model.
        target: An empty folder, written to if need be.

    Returns:
        The folder with the checkpoint.
    """
    if not source.packed:
        return source.path
    weights = load_part(source.path, "judge", prefix="bert.")
    arrays = {name: np.ascontiguousarray(values) for name, values in weights.items()}
    save_file(arrays, target / "model.safetensors", metadata={"format": "pt"})
    for file in ("judge/config.json", "tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(source.path / file, target / Path(file).name)
    return target


def make_mixed(seed: int, n: int = N_PAIRS) -> list[Pair]:
    """Draw pairs of mixed length: one to four claims of a dispute joined on either side, short ones the most."""
    rng = np.random.default_rng(seed)
    texts = [claims for _, sides, _ in data.read_dispute_stances() for claims in sides.values()]

    def draw() -> str:
        claims = texts[int(rng.integers(len(texts)))]
        count = min(len(claims), int(rng.geometric(0.6)), 4)
        return " ".join(claims[i] for i in rng.choice(len(claims), size=count, replace=False))

    return [(draw(), draw()) for _ in range(n)]


def make_grid(seed: int, size: int = GRID) -> list[Pair]:
    """Cross `size` claims of first sides with `size` of second ones, as the statements of one long report."""
    rng = np.random.default_rng(seed)
    both: tuple[list[str], list[str]] = ([], [])
    for _, sides, _ in data.read_dispute_stances():
        for texts, claims in zip(both, sides.values(), strict=True):
            texts += claims
    a, b = (rng.choice(np.array(list(dict.fromkeys(texts))), size=size, replace=False).tolist() for texts in both)
    return [(str(one), str(other)) for one in a for other in b]


def take_turns(
    runs: Mapping[str, Callable[[], npt.NDArray[Any]]], *, repeats: int = REPEATS
) -> tuple[dict[str, list[float]], dict[str, npt.NDArray[Any]]]:
    """Time functions in turn, after one run of each that does not count.

    Args:
        runs: Name → function.
        repeats: Timed runs of each.

    Returns:
        Seconds of each run by name, and what each function gave.
    """
    outputs = {name: run() for name, run in runs.items()}
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(repeats):
        for name, run in runs.items():
            start = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - start)
    return seconds, outputs


def _softmax(logits: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    e = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
    result: npt.NDArray[np.float64] = e / e.sum(axis=1, keepdims=True)
    return result


def _load_engines(
    source: ModelSource, folder: Path, device: str | None
) -> tuple[CrossEncoder, dict[str, Callable[[list[Pair]], npt.NDArray[Any]]]]:
    """Load the engine and, by name, all functions to be timed: pairs → the three probabilities."""
    from sentence_transformers import CrossEncoder as Peer

    ours = CrossEncoder(source, device=device)
    engines: dict[str, Callable[[list[Pair]], npt.NDArray[Any]]] = {}

    def add_ours(engine: CrossEncoder) -> None:
        engines[f"narratives, {engine.precision}"] = lambda pairs: engine.predict(pairs).probs

    def add_peer(peer: Any, precision: str) -> None:
        def predict(pairs: list[Pair]) -> npt.NDArray[Any]:
            logits = peer.predict(pairs, show_progress_bar=False, activation_fn=torch.nn.Identity())
            return _softmax(logits[:, source.find(NLI_LABELS)])

        engines[f"sentence-transformers, {precision}"] = predict

    add_ours(ours)
    if ours.precision != "float32":
        add_ours(CrossEncoder(source, device=device, dtype=torch.float32))
    for precision in dict.fromkeys(("float32", ours.precision)):
        options = {"dtype": getattr(torch, precision)}
        add_peer(Peer(str(folder), device=ours.device, local_files_only=True, model_kwargs=options), precision)
    return ours, engines


def measure_throughput(
    model: str | None, *, seed: int = 0, rows: int = 0, device: str | None = None, repeats: int = REPEATS
) -> list[Row]:
    """Time both engines on pairs of mixed length and on a grid of statements.

    Pairs longer than the model reads are left out and counted: the peer cuts them off, the engine reads them in
    windows, which is not the same work.

    Args:
        model: None for the embedded model, a directory or a hub id.
        seed: Of the texts drawn.
        rows: Pairs of mixed length, and of the grid at most; 0 for 1,024 and 32 × 32.
        device: As for `load_model`.
        repeats: Timed runs of each engine.

    Returns:
        One row for each set and engine: seconds (median and all), pairs a second, the ratio to sentence-transformers
        in float32 (higher = faster), and the largest difference of a probability from it.

    Raises:
        InputError: No pair of a set is short enough for the model.
    """
    source = locate(model)
    size = int(rows**0.5) or GRID
    sets = {"mixed lengths": make_mixed(seed, rows or N_PAIRS), f"grid {size} × {size}": make_grid(seed, size)}
    result: list[Row] = []
    with TemporaryDirectory() as folder:
        ours, engines = _load_engines(source, write_plain(source, Path(folder)), device)
        for name, drawn in sets.items():
            pairs = [pair for pair, cut in zip(drawn, ours.predict(drawn).truncated, strict=True) if not cut]
            if not pairs:
                raise InputError(f"all {len(drawn)} pairs of {name!r} are longer than {ours.max_tokens} tokens")
            seconds, outputs = take_turns({m: partial(run, pairs) for m, run in engines.items()}, repeats=repeats)
            median = {method: float(np.median(times)) for method, times in seconds.items()}
            result += [
                {
                    "set": name,
                    "method": method,
                    "device": ours.device,
                    "threads": torch.get_num_threads(),
                    "n": len(pairs),
                    "n_left_out": len(drawn) - len(pairs),
                    "seconds": median[method],
                    "all_seconds": seconds[method],
                    "pairs_per_second": len(pairs) / median[method],
                    "ratio": median[PEER] / median[method],
                    "largest_difference": float(np.abs(outputs[method] - outputs[PEER]).max()),
                }
                for method in engines
            ]
    return result
