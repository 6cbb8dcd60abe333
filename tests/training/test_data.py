"""Readers of labelled pairs."""

import json

import pandas as pd
import pytest

from narratives.errors import InputError, SchemaError
from narratives.training.data import (
    COLUMNS,
    read_disputes,
    read_pairs,
    read_real,
    read_report_pairs,
    read_side_stances,
    read_stances,
)
from narratives.training.recipe import Source
from narratives.training.sources import is_kept_out, read_source
from narratives.types import KINDS, STANCES

DISPUTE = {
    "id": "x-01",
    "claims_a": ["The dam held.", "Nobody was hurt."],
    "claims_b": ["The dam broke."],
    "spans_a": ["it held", "nobody was hurt"],
    "spans_b": ["it broke"],
    "pairs": [
        {"a": 0, "b": 0, "relation": "contradiction", "contested": True},
        {"a": 1, "b": 0, "relation": "entailment", "contested": False, "kind": None},
    ],
    "targets": [{"target": "the dam", "stance_a": "favor", "stance_b": "none"}],
}


@pytest.fixture
def disputes(tmp_path):
    path = tmp_path / "d1.jsonl"
    bare = {key: value for key, value in DISPUTE.items() if not key.startswith("spans")} | {"id": "x-02"}
    path.write_text(json.dumps(DISPUTE) + "\n" + json.dumps(bare) + "\n")
    return path


def test_disputes_give_every_pair_with_its_labels(disputes):
    frame = read_disputes(disputes)
    assert list(frame.columns) == list(COLUMNS)
    assert len(frame) == 4
    assert frame.loc[0, ["premise", "hypothesis", "label", "contested"]].tolist() == [
        "The dam held.", "The dam broke.", 2, 1,
    ]  # fmt: skip


def test_kinds_are_those_of_the_guide_and_a_contradiction_is_the_first(tmp_path):
    kinds = [("contradiction", True, None), ("neutral", True, 7), ("neutral", False, None)]
    pairs = [{"a": 0, "b": 0, "relation": r, "contested": c, "kind": k} for r, c, k in kinds]
    (tmp_path / "d.jsonl").write_text(json.dumps({**DISPUTE, "pairs": pairs}))
    assert read_disputes(tmp_path / "d.jsonl")["kind"].tolist() == [0, KINDS.index("evidence"), -1]


def test_an_entailment_without_direction_teaches_no_class(disputes):
    assert read_disputes(disputes).loc[1, "label"] == -1


def test_words_are_read_where_they_are_known(disputes):
    frame = read_disputes(disputes, "words")
    assert set(frame["group"]) == {"x-01"}
    assert frame.loc[0, "premise"] == "it held"


def test_reports(tmp_path):
    report = {
        "id": "r",
        "statements": [
            {"id": "s1", "content": "it held", "claim": "The dam held."},
            {"id": "s2", "content": "it broke", "claim": "The dam broke."},
        ],
        "pairs": [{"a": "s1", "b": "s2", "relation": "contradiction", "contested": True}],
    }
    path = tmp_path / "r.json"
    path.write_text(json.dumps(report))
    assert read_report_pairs(path, "words").loc[0, "hypothesis"] == "it broke"
    assert read_report_pairs(path, "claims").loc[0, "hypothesis"] == "The dam broke."


def test_real_items_split_into_test_and_training_by_place(tmp_path):
    statement = {"doc_id": "d", "start": 0, "end": 4, "claim": "whole claim"}
    pair = {"a": 0, "b": 0, "relation": "neutral", "contested": False}
    items = [
        {"id": f"i{n}", "statements_a": [statement], "statements_b": [statement], "pairs": [pair]} for n in range(5)
    ]
    path = tmp_path / "pairs.jsonl"
    path.write_text("\n".join(map(json.dumps, items)))
    assert list(read_real(path, articles={}, part="test")["group"]) == ["i0", "i3"]
    assert list(read_real(path, articles={}, part="dev")["group"]) == ["i1"]
    assert list(read_real(path, articles={})["group"]) == ["i2", "i4"]
    assert len(read_real(path, "words", articles={})) == 0
    assert read_real(path, "words", articles={"d": "text of it"}).loc[0, "premise"] == "text"


def test_pairs_accept_class_names_and_numbers(tmp_path):
    path = tmp_path / "pairs.csv"
    pd.DataFrame({"premise": ["a"], "hypothesis": ["b"], "label": ["contradiction"]}).to_csv(path, index=False)
    assert read_pairs(path).loc[0, "label"] == 2


@pytest.mark.parametrize(
    ("columns", "match"),
    [
        ({"premise": ["a"], "label": [0]}, "lacks .*hypothesis"),
        ({"premise": ["a"], "hypothesis": ["b"]}, "neither label nor contested"),
        ({"premise": ["a"], "hypothesis": ["b"], "label": ["maybe"]}, "maybe"),
    ],
)
def test_tables_that_cannot_teach_are_refused(tmp_path, columns, match):
    path = tmp_path / "pairs.csv"
    pd.DataFrame(columns).to_csv(path, index=False)
    with pytest.raises(SchemaError, match=match):
        read_pairs(path)


def test_a_sides_stance_is_read_off_all_it_says(disputes):
    frame = read_side_stances(disputes, "words")
    assert frame[["premise", "hypothesis", "stance"]].to_numpy().tolist() == [
        ["it held. nobody was hurt.", "the dam", STANCES.index("favor")],
        ["it broke.", "the dam", STANCES.index("neutral")],
    ]
    assert set(frame["contested"]) == {-1}


def test_toward_the_target_of_another_dispute_a_side_is_neutral(tmp_path):
    other = {**DISPUTE, "targets": [{"target": "the bridge", "stance_a": "against", "stance_b": "favor"}]}
    (tmp_path / "d.jsonl").write_text(json.dumps(DISPUTE) + "\n" + json.dumps(other))
    frame = read_side_stances(tmp_path / "d.jsonl")
    assert frame["hypothesis"].tolist() == ["the dam"] * 2 + ["the bridge"] * 2 + ["the dam"] * 2
    assert frame["stance"].tolist() == [0, 2, 1, 0, 2, 2]


def test_stances_name_the_holder_and_leave_other_splits_out(tmp_path):
    rows = [
        ("Good.", "it", "favor", "train10", "Baku"),
        ("Bad.", "it", "against", "train10", ""),
        ("x", "y", "favor", "dev", ""),
    ]
    pd.DataFrame(rows, columns=["text", "target", "label", "split", "holder"]).to_parquet(tmp_path / "s.parquet")
    frame = read_stances(tmp_path / "s.parquet")
    assert frame["premise"].tolist() == ["Baku: Good.", "Bad."]
    assert frame["stance"].tolist() == [0, 1]


def test_kept_out_premises_are_in_no_source(tmp_path):
    texts = [f"text {n}" for n in range(200)]
    pd.DataFrame({"premise": texts, "hypothesis": "h", "label": 0}).to_csv(tmp_path / "p.csv", index=False)
    seen = set(read_source(Source(kind="pairs", path="p.csv", keep_out=4), [tmp_path], seed=0)["premise"])
    assert seen == {text for text in texts if not is_kept_out(text, 4)}
    assert 30 < 200 - len(seen) < 70


def test_source_excludes_samples_and_repeats(disputes):
    folder = disputes.parent
    (folder / "d2.jsonl").write_text(disputes.read_text())
    both = read_source(Source(kind="disputes", path="d*.jsonl"), [folder], seed=0)
    assert len(both) == 8
    assert len(read_source(Source(kind="disputes", path="d*.jsonl", exclude=("d2",)), [folder], seed=0)) == 4
    assert len(read_source(Source(kind="disputes", path="d*.jsonl", only=("d2",)), [folder], seed=0)) == 4
    assert len(read_source(Source(kind="disputes", path="d*.jsonl", rows=3, repeat=2), [folder], seed=0)) == 6
    with pytest.raises(InputError, match="no file matches"):
        read_source(Source(kind="disputes", path="e*.jsonl"), [folder], seed=0)
