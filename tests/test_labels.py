"""The labelled data hold together: every pair labelled once, by the rules of docs/contested.md."""

import json
from collections import Counter

import pytest
from fakes import FakeEncoder, FakeModel

from benchmarks import labels, sets
from benchmarks.quality import Bench

STANCES = {"favor", "against", "neutral", "none"}


def read(folder):
    for path in sorted((sets.SHIPPED / folder).glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield path.stem, json.loads(line)


DISPUTES = list(read("disputes"))
ITEMS = list(read("real"))
REPORTS = [json.loads(path.read_text(encoding="utf-8")) for path in sorted((sets.SHIPPED / "reports").glob("r*.json"))]


def faults_of(pair):
    """Say what of the guide a pair's labels break."""
    relation, contested, kind = pair["relation"], pair["contested"], pair.get("kind")
    if relation not in ("entailment", "neutral", "contradiction"):
        yield f"relation {relation}"
    if relation == "contradiction" and not contested:
        yield "a contradiction that is not contested"
    if relation == "entailment" and contested:
        yield "an entailment that is contested"
    if kind is not None and not contested:
        yield "a kind without a contest"
    if kind not in (None, *range(1, 8)):
        yield f"kind {kind}"
    if kind == 1 and relation != "contradiction":
        yield "kind 1 without a contradiction"


@pytest.mark.parametrize("dispute", [pytest.param(d, id=d["id"]) for _, d in DISPUTES])
def test_disputes(dispute):
    n_a, n_b = len(dispute["claims_a"]), len(dispute["claims_b"])
    places = [(pair["a"], pair["b"]) for pair in dispute["pairs"]]
    assert sorted(places) == [(a, b) for a in range(n_a) for b in range(n_b)]
    assert not [fault for pair in dispute["pairs"] for fault in faults_of(pair)]
    assert all(text.strip() for key in ("claims_a", "claims_b") for text in dispute[key])
    for side, n in (("a", n_a), ("b", n_b)):
        spans = dispute.get(f"spans_{side}", ["-"] * n)
        assert len(spans) == n
        assert all(text.strip() for text in spans)
    assert dispute["targets"]
    assert {target[f"stance_{side}"] for target in dispute["targets"] for side in "ab"} <= STANCES


@pytest.mark.parametrize("item", [pytest.param(i, id=i["id"]) for _, i in ITEMS])
def test_real_items(item):
    n_a, n_b = len(item["statements_a"]), len(item["statements_b"])
    places = [(pair["a"], pair["b"]) for pair in item["pairs"]]
    assert sorted(places) == [(a, b) for a in range(n_a) for b in range(n_b)]
    assert not [fault for pair in item["pairs"] for fault in faults_of(pair)]
    for statement in (*item["statements_a"], *item["statements_b"]):
        assert 0 <= statement["start"] < statement["end"]
        assert statement["claim"].strip()
        assert set(statement) == {"doc_id", "start", "end", "claim"}, "no words of the article may stand here"


@pytest.mark.parametrize("report", [pytest.param(r, id=r["id"]) for r in REPORTS])
def test_reports(report):
    sides = {statement["id"]: statement["side"] for statement in report["statements"]}
    places = sorted((pair["a"], pair["b"]) for pair in report["pairs"])
    assert places == sorted((a, b) for a in sides for b in sides if (sides[a], sides[b]) == (0, 1))
    assert not [fault for pair in report["pairs"] for fault in faults_of(pair)]
    for statement in (*report["statements"], *report["others"]):
        assert report["text"][statement["start"] : statement["end"]] == statement["content"]


def test_every_id_stands_once_and_no_test_claim_in_training():
    ids = Counter([*(d["id"] for _, d in DISPUTES), *(i["id"] for _, i in ITEMS), *(r["id"] for r in REPORTS)])
    assert max(ids.values()) == 1
    claims = {True: set(), False: set()}
    for stem, dispute in DISPUTES:
        claims[stem in sets.TEST_DISPUTES] |= {*dispute["claims_a"], *dispute["claims_b"]}
    assert not claims[True] & claims[False]


def test_the_counts_are_those_of_the_files():
    rows = list(labels.measure_labels(Bench(FakeModel(), FakeEncoder())))
    whole = rows[-1]
    assert whole["n_groups"] == len(DISPUTES) + len(ITEMS) + len(REPORTS)
    pairs = [pair for _, one in (*DISPUTES, *ITEMS) for pair in one["pairs"]]
    pairs += [pair for report in REPORTS for pair in report["pairs"]]
    assert whole["n"] == len(pairs)
    assert whole["contested"] == pytest.approx(sum(pair["contested"] for pair in pairs) / len(pairs))
    assert sum(row["n"] for row in rows[:-1]) == whole["n"]
    assert {row["split"] for row in rows} == {"train", "dev", "test", ""}
