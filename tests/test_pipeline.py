"""The whole way, from a report to its tables: invariants with a stand-in model, golden seeds with the embedded one."""

import json
from pathlib import Path

import pandas as pd
import pytest
from fakes import FakeEncoder, FakeModel
from hypothesis import given, settings
from hypothesis import strategies as st

import narratives as nv
from benchmarks.metrics import precision_recall_f1
from benchmarks.spans import Placed, count_sides, count_statements
from narratives.errors import InputError, SchemaError, SidesError
from narratives.pipeline import find_statements
from narratives.table import SCHEMA

SEEDS = sorted(Path("seeds").glob("*.json"))
CALL = Path("seeds/call-2023-04-30.txt")
SIDES = {
    "State Department": ["Blinken", "the Secretary", "Miller", "Washington"],
    "Azerbaijani presidency": ["Aliyev", "Baku", "press service of the Azerbaijani President"],
}
TABLES = ("statements", "pairs", "contested", "agreed", "stances", "summary")


def analyzer(sides=None, **options):
    return nv.Analyzer(sides, model=FakeModel(), encoder=FakeEncoder(), options=nv.Options(**options))


def seed_sides(path):
    return {side["name"]: side["aliases"] for side in json.loads(path.read_text())["sides"]}


@pytest.fixture(scope="module")
def embedded():
    return nv.Analyzer(SIDES).analyze(CALL)


# invariants


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_every_row_is_verbatim_at_its_offsets(path):
    report = nv.read_report(path.with_suffix(".txt"))
    a = analyzer(seed_sides(path), threshold=0.2).analyze(report)
    assert len(a.statements)
    for row in pd.concat([a.statements, a.unassigned]).itertuples():
        assert report.text[row.start : row.end] == row.text
    for row in a.contested.itertuples():
        assert report.text[row.start_a : row.end_a] == row.text_a
        assert report.text[row.start_b : row.end_b] == row.text_b


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_every_cross_pair_is_scored_once_and_no_statement_is_lost(path):
    report = nv.read_report(path.with_suffix(".txt"))
    _, statements = find_statements(report, seed_sides(path))
    a = analyzer(seed_sides(path)).analyze(report)
    assert len(a.statements) + len(a.unassigned) == len(statements)
    assert (a.statements["side"] != "").all()
    sizes = a.statements.groupby("side").size()
    assert len(a.pairs) == sizes.prod()
    assert not a.pairs.duplicated(["statement_a", "statement_b"]).any()
    assert (a.pairs["side_a"] != a.pairs["side_b"]).all()


def test_contested_is_the_pairs_over_the_threshold_highest_first():
    a = analyzer(SIDES, threshold=0.03).analyze(CALL)
    assert len(a.contested) == a.pairs["contested"].sum() > 0
    assert a.contested["p_contested"].is_monotonic_decreasing
    assert (a.contested["p_contested"] >= 0.03).all()
    assert len(analyzer(SIDES, threshold=1.0).analyze(CALL).contested) == 0


@pytest.mark.parametrize("threshold", [0.05, 1.0])
def test_full_and_empty_frames_have_the_schema(threshold):
    a = analyzer(SIDES, threshold=threshold).analyze(CALL)
    for name in TABLES:
        assert {c: str(d) for c, d in getattr(a, name).dtypes.items()} == dict(SCHEMA[name])


def test_many_reports_give_the_rows_of_each_alone():
    reports = [nv.read_report(path.with_suffix(".txt")) for path in SEEDS[:3]]
    many = analyzer().analyze_many(reports)
    alone = pd.concat([analyzer().analyze(report).pairs for report in reports], ignore_index=True)
    pd.testing.assert_frame_equal(many.pairs, alone)
    assert [report.report_id for report in many.reports] == [report.report_id for report in reports]


def test_a_bad_report_among_many_costs_one_row_of_errors(tmp_path):
    bad = tmp_path / "bad.txt"
    bad.write_text("Nobody says anything here.\n")
    a = analyzer().analyze_many([CALL, bad, tmp_path / "missing.txt"])
    assert len(a.statements)
    assert len(a.errors) == 2
    assert "missing.txt" in a.errors.loc[1, "report_id"]


def test_two_reports_of_one_name_are_told_apart_or_refused():
    a = analyzer(SIDES).analyze_many([CALL, CALL])
    assert "same" in a.errors.loc[0, "error"] or "two reports" in a.errors.loc[0, "error"]


def test_the_signature_tells_runs_apart():
    signatures = {
        analyzer(SIDES).analyze(CALL).signature,
        analyzer(SIDES, threshold=0.9).analyze(CALL).signature,
        analyzer({**SIDES, "Armenia": ["Yerevan"]}).analyze(CALL).signature,
        analyzer(SIDES).analyze(CALL, targets=["the checkpoint"]).signature,
    }
    assert len(signatures) == 4
    assert analyzer(SIDES).analyze(CALL).signature in signatures


def test_targets_given_are_judged_for_every_side():
    a = analyzer(SIDES).analyze(CALL, targets=["the checkpoint", "the peace talks"])
    assert set(zip(a.stances["side"], a.stances["target"], strict=True)) == {
        (side, target) for side in SIDES for target in ("the checkpoint", "the peace talks")
    }


def test_unanswered_statements_are_in_no_contested_or_agreed_pair():
    a = analyzer(SIDES, threshold=0.5).analyze(CALL)
    busy = {
        *a.contested["statement_a"],
        *a.contested["statement_b"],
        *a.agreed["statement_a"],
        *a.agreed["statement_b"],
    }
    assert set(a.unanswered["statement_id"]) == set(a.statements["statement_id"]) - busy


def test_a_page_is_written(tmp_path):
    page = analyzer(SIDES).analyze(CALL).to_html(tmp_path / "page.html")
    assert "sovereign right" in page.read_text(encoding="utf-8")


# statements in hand


def test_compare_takes_texts_and_frames_alike():
    texts = {"A": ["The bridge was hit."], "B": ["The bridge was not hit.", "Talks go on."]}
    rows = [{"side": side, "text": text} for side, of_side in texts.items() for text in of_side]
    a, b = analyzer().compare(texts), analyzer().compare(pd.DataFrame(rows))
    pd.testing.assert_frame_equal(a.pairs, b.pairs)
    assert list(a.contested["text_b"]) == ["The bridge was not hit."]
    assert a.reports == ()


def test_compare_pairs_within_a_report_only():
    frame = pd.DataFrame({"text": ["a b", "c d", "e f"], "side": ["A", "B", "B"], "report_id": ["1", "1", "2"]})
    assert list(analyzer().compare(frame).pairs["report_id"]) == ["1"]


@pytest.mark.parametrize(
    ("data", "error", "match"),
    [
        ({"A": ["x"]}, SidesError, "two or more"),
        ({"A": "x", "B": ["y"]}, InputError, "one string"),
        ({}, SidesError, "two or more"),
        (pd.DataFrame({"text": ["x"]}), SchemaError, "side"),
    ],
)
def test_compare_refuses_what_cannot_be_contrasted(data, error, match):
    with pytest.raises(error, match=match):
        analyzer().compare(data)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.text(min_size=1, max_size=40).filter(str.strip), min_size=1, max_size=4),
    st.lists(st.text(min_size=1, max_size=40).filter(str.strip), min_size=1, max_size=4),
)
def test_any_texts_can_be_compared(a, b):
    found = analyzer().compare({"A": a, "B": b})
    assert len(found.pairs) == len(a) * len(b)
    assert list(found.statements["text"]) == [*a, *b]


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=400).filter(str.strip))
def test_any_text_is_read_and_every_span_is_verbatim(text):
    report = nv.Report.from_text(text)
    for attribution in nv.find_attributions(report):
        for span in (attribution.source, attribution.cue, attribution.content):
            if span is not None:
                assert span.text == " ".join(text[start:end] for start, end in span.pieces)


# the embedded model on the seeds


def test_the_call_contests_the_checkpoint_first(embedded):
    first = embedded.contested.head(3)
    about = first["text_a"].str.contains("checkpoint|reopen") & first["text_b"].str.contains("sovereign|does not limit")
    assert about.any()


def test_the_embedded_model_is_in_the_signature(embedded):
    assert "model:default" in embedded.signature
    assert (embedded.pairs["signature"] == embedded.signature).all()


def placed(path):
    """What is found in a seed, and what its labels say."""
    gold = json.loads(path.read_text())
    names = [side["name"] for side in gold["sides"]]
    _, statements = find_statements(path.with_suffix(".txt"), seed_sides(path))
    found = [Placed(s.side, s.start, s.end) for s in statements if s.side]
    return found, [Placed(names[s["side"]], s["start"], s["end"]) for s in gold["statements"]]


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_golden_statements(path):
    assert precision_recall_f1(count_statements(*placed(path)))["f1"] >= 0.65


def test_golden_statements_of_all_seeds():
    assert precision_recall_f1(sum(count_statements(*placed(path)) for path in SEEDS))["f1"] >= 0.8
    right, matched = sum(count_sides(*placed(path)) for path in SEEDS)
    assert right / matched >= 0.95


def test_half_a_character_is_refused_at_the_door():
    with pytest.raises(nv.ReportError, match="half a character at 3"):
        nv.Report.from_text("abc\ud800")
