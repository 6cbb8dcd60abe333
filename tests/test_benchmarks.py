"""The benchmark suites on a rule-based model: what they read, what they count, what they write."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fakes import FakeEncoder, FakeModel

from benchmarks import data, end_to_end, quality, sets
from benchmarks.__main__ import main
from benchmarks.baselines import fit_one_text, majority, overlap_labels, overlap_scores
from benchmarks.quality import Bench
from benchmarks.spans import Placed
from benchmarks.throughput import make_grid, make_mixed, take_turns
from narratives.contrast.contest import BLEND_FEATURES, ContestFit
from narratives.contrast.stance import StanceFit
from narratives.extract.attribute import find_attributions
from narratives.training.recipe import read_recipe
from narratives.types import Report

ROOT = Path(__file__).parents[1]


@pytest.fixture
def bench(monkeypatch):
    """A small bench whose contest and stance fits follow the fake model."""
    fits = {
        "head": ContestFit((1.0,), 0.0, 0.5),
        "blend": ContestFit(tuple(float(f == "contradiction_mean") for f in BLEND_FEATURES), 0.0, 0.6),
    }
    # entailment of "supports" speaks for, of "opposes" against; else neutral
    stance = StanceFit(((9.0, 0, 0, 0, 0, 0), (0, 0, 0, 9.0, 0, 0), (0, 0, 0, 0, 0, 0)), (0.0, 0.0, 4.0))
    monkeypatch.setattr("benchmarks.metrics.RESAMPLES", 10)
    monkeypatch.setattr("narratives.contrast.contest.shipped_fits", lambda: fits)
    monkeypatch.setattr("narratives.contrast.stance.shipped_fit", lambda: stance)
    return Bench(FakeModel(), FakeEncoder(), rows=40)


@pytest.fixture
def folder(tmp_path):
    """A data folder with three sets: four NLI pairs, three stances, one document."""
    (tmp_path / "nli").mkdir()
    (tmp_path / "eval").mkdir()
    nli = pd.DataFrame(
        {
            "premise": ["The dam held.", "The dam held.", "The dam held.", "Ships sail."],
            "hypothesis": ["The dam held.", "The dam never held.", "Rain fell.", "Ships sail not."],
            "label": [0, 2, 1, 0],
        }
    )
    nli.to_parquet(tmp_path / "nli" / "mnli-dev_matched.parquet")
    nli.assign(label=[0, -1, -1, -1]).to_parquet(tmp_path / "nli" / "rte-dev.parquet")
    pd.DataFrame(
        {
            "story_id": ["1", "1", "2"],
            "text": ["t"] * 3,
            "holder": ["Ann", "Not in the list", "Bob"],
            "target": ["dam", "dam", "Not in the list"],
            "label": ["favor", "against", "favor"],
            "split": ["dev", "dev", "dev"],
        }
    ).to_parquet(tmp_path / "eval" / "stance_seesaw_train_dev.parquet")
    text = "Ann Lee said the dam held. It rained."
    pd.DataFrame({"doc_id": ["d1", "d2"], "split": ["dev", "train"], "text": [text, text]}).to_parquet(
        tmp_path / "eval" / "attribution_polnear_docs.parquet"
    )
    first = {"doc_id": "d1", "is_primary": True}
    spans = {"source": [(0, 7)], "cue": [(8, 12)], "content": [(13, 25)]}
    lists = {
        f"{role}_{end}": [p[i] for p in places]
        for role, places in spans.items()
        for i, end in ((0, "start"), (1, "end"))
    }
    second = {name: ([26] if name == "content_start" else [36] if name == "content_end" else []) for name in lists}
    other = {**first, **lists, "is_primary": False}
    pd.DataFrame([{**first, **lists}, {**first, **second}, other]).to_parquet(tmp_path / sets.POLNEAR_ATTRIBUTIONS)
    return tmp_path


def by(rows, **wanted):
    return [row for row in rows if all(row.get(key) == value for key, value in wanted.items())]


def only(rows, **wanted):
    (row,) = by(rows, **wanted)
    return row


# splits


def test_no_recipe_and_no_fit_sees_the_test_or_calibration_data():
    kept_disputes = {*sets.TEST_DISPUTES, *sets.CALIBRATION_DISPUTES}
    kept_reports = {path.stem for path in data.report_paths("reports")}
    n_sources = 0
    for path in (ROOT / "narratives" / "training" / "recipes").glob("*.toml"):
        recipe = read_recipe(path)
        for source in (source for stage in recipe.stages for source in stage.sources):
            read = {
                file.stem
                for file in ROOT.glob(source.path)
                if not {file.stem, file.stem.split("-")[0]} & set(source.exclude)
            }
            assert not read & (kept_disputes | kept_reports)
            assert source.part == "train"
            n_sources += bool(read)
        assert {stem for source in recipe.calibration for stem in source.only} <= {*sets.CALIBRATION_DISPUTES}
    assert n_sources
    assert not kept_disputes & set(data.training_disputes())


def test_test_reports_are_the_writer_kept_apart_and_those_that_are_seeds():
    stems = [path.stem for path in data.report_paths("reports")]
    assert len(stems) == 16
    assert {*sets.SEED_REPORTS} < {*stems}
    assert {stem[:2] for stem in stems if stem not in sets.SEED_REPORTS} == {*sets.TEST_WRITERS}
    seeds = {data.read_labelled(path).report.report_id for path in data.report_paths("seeds")}
    assert {*sets.SEED_REPORTS} < seeds


@pytest.mark.parametrize("which", sets.REPORT_SETS)
def test_labelled_reports_hold_verbatim_statements_of_their_sides(which):
    for path in data.report_paths(which):
        gold = data.read_labelled(path)
        assert {statement.side for statement in gold.statements} == set(gold.sides)
        assert all(statement.end <= len(gold.report.text) for statement in gold.statements)
        assert gold.contested
        assert all(a.side != b.side for a, b in gold.contested)


# what is absent


def test_an_absent_set_is_a_row_that_says_so(bench, folder):
    rows = list(quality.measure_nli(replace(bench, folder=folder)))
    assert {row["set"] for row in rows} == {source.name for source in sets.NLI_SETS}
    assert only(rows, set="anli-dev") == {
        "set": "anli-dev",
        "not_run": "not run: file nli/anli-dev.parquet absent from the data folder",
    }
    (row,) = list(end_to_end.measure_attribution(bench))
    assert "no data folder was given" in row["not_run"]


# suites


def test_nli_is_measured_by_three_classes_or_by_entailment_against_the_rest(bench, folder):
    rows = list(quality.measure_nli(replace(bench, folder=folder)))
    model = only(rows, set="mnli-dev_matched", method="model")
    assert model["accuracy"] == 0.75  # the last pair is labelled entailment and negated
    assert (model["n"], model["n_groups"]) == (4, 2)
    assert only(rows, set="mnli-dev_matched", method="majority")["accuracy"] == 0.5
    binary = only(rows, set="rte-dev", method="model")
    assert binary["accuracy"] == 1
    assert binary["ece"] == pytest.approx(np.mean([0.1, 0.02, 0.05, 0.02]))
    assert only(rows, set="rte-dev", method="majority")["accuracy"] == 0.75


def test_contest_is_measured_on_both_forms_and_by_every_method(bench):
    rows = list(quality.measure_contest(bench))
    run = [row for row in rows if "not_run" not in row]
    assert {(row["set"], row["form"]) for row in run} == {
        *((name, form) for name in ("disputes", "reports", "seeds") for form in sets.FORMS),
        ("real", "claims"),
    }
    assert only(rows, set="real", not_run=only([r for r in rows if "not_run" in r], set="real")["not_run"])
    for row in run:
        assert row["n"] == 40
        assert row["ap"] is None or row["ap_over_base"] == pytest.approx(row["ap"] / row["base_rate"])
    own = only(run, set="disputes", form="claims", method="contested output")
    blend = only(run, set="disputes", form="claims", method="blend")
    assert (own["threshold"], blend["threshold"]) == (0.5, 0.6)
    assert "ece" in own
    assert "ece" not in only(run, set="disputes", form="claims", method="cosine")


def test_a_model_without_the_contested_output_is_judged_by_the_blend_alone(bench):
    methods = {row.get("method") for row in quality.measure_contest(replace(bench, model=FakeModel(contested=False)))}
    assert "blend" in methods
    assert "contested output" not in methods


def test_contest_scores_follow_the_model(bench):
    pairs = [("The dam held.", "The dam never held."), ("The dam held.", "Rain fell.")]
    scores = quality.score_pairs(pairs, bench.model)
    judged = quality.judge_contest(bench, pairs, scores)
    assert judged["contested output"][0] == pytest.approx([0.9, 0.05], abs=1e-4)
    assert judged["blend"][0][0] > judged["blend"][0][1]


def test_attribution_is_held_against_the_primary_annotation(bench, folder):
    rows = list(end_to_end.measure_attribution(replace(bench, folder=folder)))
    assert {row["role"] for row in rows} == {"source", "cue", "content", "content characters", "pairs"}
    assert {row["n"] for row in rows} == {1}  # the development split only
    gold = data.read_polnear(folder)[0]
    assert gold.spans["content"] == [((13, 25),), ((26, 36),)]  # the second annotator does not count
    assert gold.pairs == [(((0, 7),), ((13, 25),))]  # the second content has no source
    found = find_attributions(Report("Ann Lee said the dam held."))
    counts = end_to_end.count_attributions(found, gold)
    assert counts["source"].tolist() == [1, 1, 1, 1]
    assert counts["content"].tolist() == [1, 1, 1, 2]
    assert counts["content characters"].tolist() == [12, 12, 12, 22]
    assert counts["pairs"].tolist() == [1, 1, 1, 1]


def test_statements_and_contested_rows_are_counted_by_place_and_side(bench):
    text = "Ann Lee said the dam held. Bob Ray said the dam never held."
    held, broke = Placed("Works", 13, 25), Placed("Town", 40, 58)
    gold = data.LabelledReport(
        Report(text), {"Works": ["Ann Lee"], "Town": ["Bob Ray"]}, [held, broke], [(held, broke)], {}
    )
    counts = end_to_end.count_report(end_to_end._analyze(bench, gold, discovered=False), gold, discovered=False)
    assert counts["statements"].tolist() == [2, 2, 2, 2]
    assert counts["sides"].tolist() == [2, 2]
    assert counts["contested"].tolist() == [1, 1, 1, 1]
    nothing = end_to_end.count_report(None, gold, discovered=True)
    assert nothing["statements"].tolist() == [0, 0, 0, 2]
    assert nothing["contested"].tolist() == [0, 0, 0, 1]


def test_reports_are_measured_with_sides_given_and_discovered(bench):
    rows = list(end_to_end.measure_statements(replace(bench, rows=1)))
    assert {(row["set"], row["sides"], row["method"]) for row in rows} == {
        (name, sides, what)
        for name in sets.REPORT_SETS
        for sides in ("given", "discovered")
        for what in ("statements", "contested rows")
    }
    assert by(rows, sides="given", method="statements")[0]["f1"] > 0


def test_stances_are_compared_where_the_label_is_for_or_against():
    stances = pd.DataFrame({"target": ["dam", "dam"], "side": ["A", "B"], "stance": ["favor", "neutral"]})
    issues = {"dam": {"A": "favor", "B": "against"}, "road": {"A": "none", "B": "favor"}}
    assert end_to_end.compare_stances(stances, issues) == [("favor", "favor"), ("against", "neutral"), ("favor", "")]
    assert end_to_end.compare_stances(stances.iloc[:0], issues)[0] == ("favor", "")


def test_stance_rows_without_a_named_target_are_left_out_and_counted(bench, folder):
    rows = list(end_to_end.measure_stance(replace(bench, folder=folder, rows=1)))
    assert only(rows, set="seesaw-dev", method="majority")["n_left_out"] == 1
    assert only(rows, set="seesaw-dev", method="model, favor or against")
    frame, n_left_out = data.read_stance(only_set("seesaw-dev"), folder)
    assert (len(frame), n_left_out) == (2, 1)
    assert frame["holder"].tolist() == ["Ann", ""]
    assert only(rows, set="disputes, sides", method="always favor")["accuracy"] is not None


def only_set(name):
    (source,) = (source for source in sets.STANCE_SETS if source.name == name)
    return source


@pytest.mark.slow
def test_one_statement_alone_hardly_tells_whether_a_pair_is_contested(bench):
    rows = [row for row in quality.measure_give_aways(bench) if "not_run" not in row]
    assert {(row["form"], row["method"]) for row in rows} == {
        (form, f"statement {which} alone") for form in sets.FORMS for which in ("a", "b")
    }
    for row in rows:
        assert 0.8 < row["ap_over_base"] < 2


# baselines


def test_baselines_follow_their_rules():
    pairs = [
        ("The dam held.", "The dam held."),
        ("The dam held.", "The dam didn’t hold, held not."),
        ("A", "Rain fell."),
    ]
    assert overlap_labels(pairs[:1] + pairs[2:]).tolist() == [0, 1]
    assert overlap_labels([("The dam held.", "The dam never held.")]).tolist() == [2]
    scores = overlap_scores([("The dam held.", "The dam never held."), pairs[0], pairs[2]])
    assert scores.tolist() == [1, 0.5, 0]
    assert majority(np.array([1, 2, 2])).tolist() == [2, 2, 2]


def test_a_give_away_word_is_found_in_one_text():
    texts = ["nobody came", "it rained"] * 20
    classes, probs = fit_one_text(texts, np.array([2, 0] * 20), ["nobody came"], seed=0)
    assert classes[probs.argmax(axis=1)].tolist() == [2]


# speed


def test_texts_for_timing_are_mixed_and_crossed():
    mixed = make_mixed(0, 50)
    assert mixed == make_mixed(0, 50)
    assert mixed != make_mixed(1, 50)
    lengths = [len(a) + len(b) for a, b in mixed]
    assert max(lengths) > 2 * min(lengths)
    grid = make_grid(0, 4)
    assert (len(grid), len(set(grid)), len({a for a, _ in grid}), len({b for _, b in grid})) == (16, 16, 4, 4)


def test_engines_take_turns_after_a_run_that_does_not_count():
    calls = []
    runs = {name: lambda name=name: calls.append(name) or np.array([len(calls)]) for name in ("ours", "peer")}
    seconds, outputs = take_turns(runs, repeats=3)
    assert calls == ["ours", "peer"] * 4
    assert {name: len(times) for name, times in seconds.items()} == {"ours": 3, "peer": 3}
    assert outputs["peer"].tolist() == [2]


@pytest.mark.slow
def test_the_engine_and_its_peer_agree(tiny_models):
    from benchmarks.throughput import measure_throughput

    rows = measure_throughput(str(tiny_models["bert"]), rows=64, repeats=1, device="cpu")
    assert {row["set"] for row in rows} == {"mixed lengths", "grid 8 × 8"}
    assert all(row["n"] + row["n_left_out"] == 64 for row in rows)
    assert all(row["ratio"] > 0 for row in rows)
    assert all(row["largest_difference"] < 1e-4 for row in rows if row["method"].endswith("float32"))


# results and tables


def test_the_command_refuses_what_it_cannot_run(capsys, tmp_path):
    with pytest.raises(SystemExit, match="2"):
        main(["nly"])
    assert "no suite nly" in capsys.readouterr().err
    assert main(["nli", "--data", str(tmp_path / "absent")]) == 1
    assert "does not exist" in capsys.readouterr().err


def test_the_command_writes_one_file_a_suite_without_the_place_of_the_data(bench, folder, monkeypatch, tmp_path):
    monkeypatch.setattr("benchmarks.run.load_model", lambda model: bench.model)
    monkeypatch.setattr("benchmarks.run.load_encoder", lambda: bench.encoder)
    out = tmp_path / "out"
    assert main(["nli", "attribution", "--data", str(folder), "--rows", "2", "--out", str(out)]) == 0
    assert sorted(path.name for path in out.iterdir()) == ["attribution-default.json", "nli-default.json"]
    result = json.loads((out / "nli-default.json").read_text())
    assert result["command"].startswith("python -m benchmarks nli attribution --data DIR --rows 2")
    assert result["row_limit"] == 2
    assert only(result["rows"], set="mnli-dev_matched", method="model")["n"] == 2
