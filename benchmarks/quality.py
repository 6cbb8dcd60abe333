"""Quality on pairs and texts: NLI, contest, stance data sets, give-aways.

A suite takes a `Bench` and gives rows one after the other, plain dicts: `set`, `method`, what `metrics.measure` gives;
or `not_run`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks import data, sets
from benchmarks.baselines import contest_baselines, fit_one_text, majority, overlap_labels
from benchmarks.metrics import (
    Figures,
    Labels,
    Numbers,
    Rows,
    accuracy,
    average_precision,
    calibration_error,
    count_at,
    label_f1,
    macro_f1,
    measure,
    precision_recall_f1,
    reliability,
)
from benchmarks.results import Row
from narratives.contrast.score import score_pairs
from narratives.contrast.stance import score_stances
from narratives.pipeline import Analyzer
from narratives.training.fit import best_threshold
from narratives.types import STANCES, Encoder, NLIModel, NLIOutput, Pair, PairScores, Probabilities


@dataclass(frozen=True, slots=True)
class Bench:
    """What every suite needs.

    Attributes:
        model: Scores pairs.
        encoder: Gives the similarities.
        folder: With the public data sets; None when there is none.
        rows: At most so many rows (documents, reports) of each set, for a quick run; 0 takes all.
        seed: Of samples, resamples and fits.
        only: Names of the sets to measure (NLI and contest); empty for all.
    """

    model: NLIModel
    encoder: Encoder
    folder: Path | None = None
    rows: int = 0
    seed: int = 0
    only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ThreeClass:
    """A model without its contested output, as any NLI checkpoint is."""

    model: NLIModel

    @property
    def identity(self) -> str:
        """That of the model."""
        return f"{self.model.identity}/three classes"

    def predict(self, pairs: Sequence[Pair]) -> NLIOutput:
        """Score pairs; `contested` is None."""
        return replace(self.model.predict(pairs), contested=None)


def each_set(names: Iterable[tuple[str, Callable[[], list[Row]]]]) -> Iterator[Row]:
    """Measure set after set, as the rows are asked for; one that is absent gives a row with the reason in `not_run`."""
    for name, run in names:
        try:
            yield from ({"set": name, **row} for row in run())
        except data.DataAbsentError as error:
            yield {"set": name, "not_run": f"not run: {error}"}


def _pairs(frame: pd.DataFrame) -> list[Pair]:
    return list(zip(frame["premise"], frame["hypothesis"], strict=True))


# NLI


def _classifier(gold: Labels, predicted: Labels, confidence: Numbers | None = None) -> Callable[[Rows], Figures]:
    def figures(rows: Rows) -> Figures:
        found = {
            "accuracy": accuracy(gold[rows], predicted[rows]),
            "macro_f1": macro_f1(gold[rows], predicted[rows]),
        }
        if confidence is not None:
            found["ece"] = calibration_error(confidence[rows], (gold == predicted)[rows])
        return found

    return figures


def _measure_nli(bench: Bench, source: sets.DataSet) -> list[Row]:
    frame = data.sample_rows(data.read_nli(source, bench.folder), bench.rows, bench.seed)
    gold, groups, pairs = frame["label"].to_numpy(), frame["group"].tolist(), _pairs(frame)
    probs = bench.model.predict(pairs).probs
    predicted, by_words = probs.argmax(axis=1), overlap_labels(pairs)
    if source.labels == "binary":
        predicted, by_words = (predicted != 0).astype(int), (by_words != 0).astype(int)
        confidence = np.where(predicted == 0, probs[:, 0], 1 - probs[:, 0])
    else:
        confidence = probs.max(axis=1)
    methods = {
        "majority": _classifier(gold, majority(gold)),
        "word overlap + negation": _classifier(gold, by_words),
        "model": _classifier(gold, predicted, confidence),
    }
    common = {"labels": source.labels, "licence": source.licence, "origin": source.origin}
    rows = [{"method": m, **common, **measure(f, groups, seed=bench.seed)} for m, f in methods.items()]
    rows[-1]["reliability"] = reliability(confidence, gold == predicted)
    return rows


def measure_nli(bench: Bench) -> Iterator[Row]:
    """Accuracy, macro-F1 and ECE on every NLI set; binary ones by entailment against the rest (argmax of three)."""
    chosen = [source for source in sets.NLI_SETS if not bench.only or source.name in bench.only]
    return each_set((source.name, partial(_measure_nli, bench, source)) for source in chosen)


# contest


def judge_contest(bench: Bench, pairs: Sequence[Pair], scores: PairScores) -> dict[str, tuple[Probabilities, float]]:
    """Give p_contested and the shipped threshold, by the model's own output (if it has one) and by the blend.

    Args:
        bench: Model and encoder.
        pairs: n pairs of texts.
        scores: Their scores, in their order.

    Returns:
        `contested output` and `blend` → float32 (n,), and a probability.
    """
    own = {}
    if scores.contested is not None:
        own["contested output"] = Analyzer(model=bench.model, encoder=bench.encoder).judge(pairs, scores)
    plain = Analyzer(model=ThreeClass(bench.model), encoder=bench.encoder)
    return own | {"blend": plain.judge(pairs, replace(scores, contested=None))}


def _detector(
    gold: npt.NDArray[np.bool_], score: Numbers, threshold: float, *, probabilities: bool
) -> Callable[[Rows], Figures]:
    def figures(rows: Rows) -> Figures:
        ap, base = average_precision(gold[rows], score[rows]), float(gold[rows].mean())
        found = {"ap": ap, "ap_over_base": ap / base if base else float("nan")}
        found |= precision_recall_f1(count_at(gold[rows], score[rows], threshold))
        if probabilities:
            found["ece"] = calibration_error(score[rows], gold[rows])
        return found

    return figures


def _calibration_thresholds(bench: Bench) -> dict[str, float]:
    """Choose each baseline's threshold where the shipped ones were chosen: best F1 on the calibration disputes."""
    parts = [data.read_dispute_pairs(sets.CALIBRATION_DISPUTES, form) for form in sets.FORMS]
    frame = data.sample_rows(pd.concat(parts, ignore_index=True), bench.rows, bench.seed)
    pairs, gold = _pairs(frame), frame["contested"].to_numpy() == 1
    scores = contest_baselines(pairs, score_pairs(pairs, bench.model), bench.encoder)
    return {name: best_threshold(score, gold) for name, score in scores.items()}


def _measure_contest(bench: Bench, name: str, form: str, thresholds: dict[str, float]) -> list[Row]:
    frame = data.sample_rows(data.read_contest(name, form, bench.folder), bench.rows, bench.seed)
    pairs, gold, groups = _pairs(frame), frame["contested"].to_numpy() == 1, frame["group"].tolist()
    scores = score_pairs(pairs, bench.model)
    methods = {m: (s, thresholds[m], False) for m, s in contest_baselines(pairs, scores, bench.encoder).items()}
    methods |= {m: (p, at, True) for m, (p, at) in judge_contest(bench, pairs, scores).items()}
    rows = []
    for method, (score, threshold, probabilities) in methods.items():
        figures = measure(_detector(gold, score, threshold, probabilities=probabilities), groups, seed=bench.seed)
        bins = {"reliability": reliability(score, gold)} if probabilities else {}
        rows.append(
            {
                "form": form,
                "method": method,
                "base_rate": float(gold.mean()),
                "threshold": threshold,
                "n_truncated": int(scores.truncated.sum()),
                **figures,
                **bins,
            }
        )
    return rows


def measure_contest(bench: Bench) -> Iterator[Row]:
    """AP, precision, recall, F1 and ECE of "contested" on disputes, reports, seeds and real statements.

    On self-contained claims and on the words as they stand; the pairs of all disputes (reports, items) pooled.
    """
    thresholds = _calibration_thresholds(bench)
    return each_set(
        (name, partial(_measure_contest, bench, name, form, thresholds))
        for name in ("disputes", "reports", "seeds", "real")
        if not bench.only or name in bench.only
        for form in sets.FORMS
    )


# stance, text by text


def _stance_figures(gold: Labels, predicted: Labels) -> Callable[[Rows], Figures]:
    def figures(rows: Rows) -> Figures:
        return {
            "macro_f1": macro_f1(gold[rows], predicted[rows]),
            "f_avg": label_f1(gold[rows], predicted[rows], STANCES[:2]),
            "accuracy": accuracy(gold[rows], predicted[rows]),
        }

    return figures


def measure_stance_set(bench: Bench, source: sets.DataSet) -> list[Row]:
    """Macro-F1 of one stance set; where it has no neutral rows, also with favor and against alone to choose from.

    Args:
        bench: With the model.
        source: One of `sets.STANCE_SETS`.

    Returns:
        One row a method.

    Raises:
        DataAbsentError: The file is not there.
    """
    frame, n_left_out = data.read_stance(source, bench.folder)
    frame = data.sample_rows(frame, bench.rows, bench.seed)
    gold, groups = frame["label"].to_numpy(dtype=object), frame["group"].tolist()
    texts = [frame[column].tolist() for column in ("text", "target", "holder")]
    probs = score_stances(texts[0], texts[1], bench.model, holders=texts[2])
    names = np.array(STANCES, dtype=object)
    methods = {"majority": majority(gold.astype(str)).astype(object), "model": names[probs.argmax(axis=1)]}
    if "neutral" not in gold:
        methods["model, favor or against"] = names[probs[:, :2].argmax(axis=1)]
    common = {"n_left_out": n_left_out, "seen": source.seen, "licence": source.licence, "origin": source.origin}
    return [
        {"method": m, **common, **measure(_stance_figures(gold, p), groups, seed=bench.seed)}
        for m, p in methods.items()
    ]


# give-aways


def _contest_give_aways(bench: Bench, form: str) -> list[Row]:
    train = data.read_dispute_pairs(data.training_disputes(), form)
    test = data.read_contest("disputes", form, bench.folder)
    gold, groups = test["contested"].to_numpy() == 1, test["group"].tolist()
    rows = []
    for method, column in {"statement a alone": "premise", "statement b alone": "hypothesis"}.items():
        _, probs = fit_one_text(
            train[column].tolist(), train["contested"].to_numpy() == 1, test[column].tolist(), seed=bench.seed
        )
        score = probs[:, -1]

        def figures(rows: Rows, score: Numbers = score) -> Figures:
            ap, base = average_precision(gold[rows], score[rows]), float(gold[rows].mean())
            return {"ap": ap, "ap_over_base": ap / base if base else float("nan")}

        measured = measure(figures, groups, seed=bench.seed)
        rows.append({"form": form, "method": method, "base_rate": float(gold.mean()), **measured})
    return rows


def _hypothesis_only(bench: Bench, source: sets.DataSet) -> list[Row]:
    names = ("mnli_part-train", "lingnli-train")
    parts = [sets.DataSet(name, f"nli/{name}.parquet") for name in names]
    train = pd.concat([data.read_nli(one, bench.folder) for one in parts], ignore_index=True)
    train = data.sample_rows(train, bench.rows * 10, bench.seed)
    test = data.sample_rows(data.read_nli(source, bench.folder), bench.rows, bench.seed)
    gold = test["label"].to_numpy()
    classes, probs = fit_one_text(
        train["hypothesis"].tolist(), train["label"].to_numpy(), test["hypothesis"].tolist(), seed=bench.seed
    )
    methods = {"majority": majority(gold), "hypothesis alone": classes[probs.argmax(axis=1)]}
    groups = test["group"].tolist()
    return [{"method": m, **measure(_classifier(gold, p), groups, seed=bench.seed)} for m, p in methods.items()]


def measure_give_aways(bench: Bench) -> Iterator[Row]:
    """What one text of a pair gives away: AP over the base rate should be near 1, accuracy near the majority's."""
    disputes = [("disputes", partial(_contest_give_aways, bench, form)) for form in sets.FORMS]
    nli = [(source.name, partial(_hypothesis_only, bench, source)) for source in sets.NLI_SETS[:3]]
    return each_set([*disputes, *nli])
