"""Readers of labelled pairs."""

import json

import pandas as pd
import pytest

from narratives.errors import InputError, SchemaError
from narratives.training.data import COLUMNS, read_disputes, read_pairs, read_real, read_report_pairs, read_source
from narratives.training.recipe import Source

DISPUTE = {
    "id": "x-01",
    "claims_a": ["The dam held.", "Nobody was hurt."],
    "claims_b": ["The dam broke."],
    "spans_a": ["it held", "nobody was hurt"],
    "spans_b": ["it broke"],
    "pairs": [
        {"a": 0, "b": 0, "relation": "contradiction", "contested": True},
        {"a": 1, "b": 0, "relation": "entailment", "contested": False},
    ],
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
        {"id": f"i{n}", "statements_a": [statement], "statements_b": [statement], "pairs": [pair]} for n in range(4)
    ]
    path = tmp_path / "pairs.jsonl"
    path.write_text("\n".join(map(json.dumps, items)))
    assert list(read_real(path, articles={}, test=True)["group"]) == ["i0", "i3"]
    assert list(read_real(path, articles={})["group"]) == ["i1", "i2"]
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


def test_source_excludes_samples_and_repeats(disputes):
    folder = disputes.parent
    (folder / "d2.jsonl").write_text(disputes.read_text())
    both = read_source(Source(kind="disputes", path="d*.jsonl"), folder, seed=0)
    assert len(both) == 8
    assert len(read_source(Source(kind="disputes", path="d*.jsonl", exclude=("d2",)), folder, seed=0)) == 4
    assert len(read_source(Source(kind="disputes", path="d*.jsonl", rows=3, repeat=2), folder, seed=0)) == 6
    with pytest.raises(InputError, match="no file matches"):
        read_source(Source(kind="disputes", path="e*.jsonl"), folder, seed=0)
