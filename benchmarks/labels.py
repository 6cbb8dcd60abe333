"""The labelled data themselves: how much of what, in which split; and how well a second, blind reader agrees."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial

import numpy as np
import pandas as pd

from benchmarks import data, sets
from benchmarks.metrics import Figures, Labels, Rows, measure, precision_recall_f1
from benchmarks.quality import Bench, each_set
from benchmarks.results import Row
from narratives.training.data import read_disputes, read_real, read_report_pairs
from narratives.types import KINDS

SECOND_READER = sets.SHIPPED / "second_reader.jsonl"
"""Pairs labelled again, by the guide alone: id, a, b, relation, contested, kind."""
_SPLITS = ("train", "dev", "test")


def _parts() -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Give each set's name, split and labelled pairs, as claims."""
    stems = {"test": sets.TEST_DISPUTES, "dev": sets.CALIBRATION_DISPUTES, "train": data.training_disputes()}
    for split in _SPLITS:
        yield "disputes", split, pd.concat([read_disputes(sets.dispute_path(stem)) for stem in stems[split]])
    test = set(data.report_paths("reports"))
    paths = sorted((sets.SHIPPED / "reports").glob("r*.json"))
    for split, chosen in (("train", [p for p in paths if p not in test]), ("test", sorted(test))):
        yield "reports", split, pd.concat([read_report_pairs(path) for path in chosen])
    for split in _SPLITS:
        real = sorted((sets.SHIPPED / "real").glob("*.jsonl"))
        yield "real", split, pd.concat([read_real(path, articles={}, part=split) for path in real])


def _count(frame: pd.DataFrame) -> Row:
    contested = frame["contested"] == 1
    kinds = frame["kind"].where(contested, -1)
    return {
        "n": len(frame),
        "n_groups": frame["group"].nunique(),
        "contested": float(contested.mean()),
        "contradictions": float((kinds == 0).sum() / contested.sum()),
        "entailment": float((frame["label"] == -1).mean()),
        **{name: int((kinds == index).sum()) for index, name in enumerate(KINDS)},
    }


def measure_labels(bench: Bench) -> Iterator[Row]:
    """Count disputes, pairs and kinds of every set and split; no model is used.

    Args:
        bench: Not used; every suite is given it.

    Yields:
        One row a set and split, and one for all.
    """
    parts = list(_parts())
    for name, split, frame in parts:
        yield {"set": name, "split": split, **_count(frame)}
    whole = pd.concat([frame.assign(group=name + frame["group"]) for name, _, frame in parts])
    yield {"set": "all", "split": "", **_count(whole)}


def _kappa(first: Labels, second: Labels) -> float:
    """Give Cohen's kappa: agreement above chance, 1 at most."""
    values = np.unique(np.concatenate([first, second]))
    chance = sum(float((first == value).mean() * (second == value).mean()) for value in values)
    return float(((first == second).mean() - chance) / (1 - chance)) if chance < 1 else 1.0


def _gold() -> dict[tuple[str, str, str], dict[str, object]]:
    """Give every labelled pair by the id of its dispute, report or item and the places of its statements."""
    gold = {}
    items = [json.loads(path.read_text(encoding="utf-8")) for path in (sets.SHIPPED / "reports").glob("r*.json")]
    for folder in ("disputes", "real"):
        for path in (sets.SHIPPED / folder).glob("*.jsonl"):
            items += [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for item in items:
        gold |= {(item["id"], str(pair["a"]), str(pair["b"])): pair for pair in item["pairs"]}
    return gold


def _agreement(bench: Bench) -> list[Row]:
    if not SECOND_READER.is_file():
        raise data.DataAbsentError(f"{SECOND_READER.name} absent")
    second = [json.loads(line) for line in SECOND_READER.read_text(encoding="utf-8").splitlines()]
    gold = _gold()
    first = [gold[row["id"], str(row["a"]), str(row["b"])] for row in second]
    groups = [row["id"] for row in second]
    kinds = ["real" if row["id"].startswith(("seesaw-", "polnear-")) else "invented" for row in second]
    rows = []
    for name in ("invented", "real", "all"):
        chosen = np.array([name in (kind, "all") for kind in kinds])
        labels = {
            key: tuple(np.array([str(row[key]) for row in side])[chosen] for side in (first, second))
            for key in ("contested", "relation")
        }

        def figures(rows: Rows, labels: dict[str, tuple[Labels, Labels]] = labels) -> Figures:
            a, b = (side[rows] == "True" for side in labels["contested"])
            both = float((a & b).sum())
            return {
                "kappa_contested": _kappa(labels["contested"][0][rows], labels["contested"][1][rows]),
                "kappa_relation": _kappa(labels["relation"][0][rows], labels["relation"][1][rows]),
                **precision_recall_f1(np.array([both, b.sum(), both, a.sum()], dtype=np.float64)),
            }

        measured = measure(figures, list(np.array(groups)[chosen]), seed=bench.seed)
        rows.append({"method": name, **measured})
    return rows


def measure_agreement(bench: Bench) -> Iterator[Row]:
    """Kappa and F1 of the second reader against the first, on invented and on real pairs.

    Args:
        bench: Gives the seed.

    Returns:
        One row for invented pairs, real ones, and all.
    """
    return each_set([("second reader", partial(_agreement, bench))])
