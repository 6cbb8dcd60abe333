"""The hand-labelled reports hold together: verbatim spans, every cross pair labelled once, labels that agree."""

import json
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest

SEEDS = Path(__file__).parents[1] / "seeds"
NAMES = sorted(path.stem for path in SEEDS.glob("*.json"))
Seed = dict[str, Any]


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def text(name: str) -> str:
    return (SEEDS / f"{name}.txt").read_bytes().decode("utf-8")


@pytest.fixture
def seed(name: str) -> Seed:
    loaded: Seed = json.loads((SEEDS / f"{name}.json").read_text(encoding="utf-8"))
    return loaded


def test_texts_and_labels_stand_side_by_side() -> None:
    assert "call-2023-04-30" in NAMES
    assert sorted(path.stem for path in SEEDS.glob("*.txt")) == NAMES


def test_text_is_plain_and_ends_with_a_newline(text: str) -> None:
    assert text.endswith("\n")
    assert "\r" not in text
    assert not text.startswith("\ufeff")


def test_keys_are_those_of_the_readme(seed: Seed) -> None:
    assert list(seed) == ["id", "date", "origin", "sides", "statements", "others", "pairs", "issues"]
    assert date.fromisoformat(seed["date"])
    assert seed["origin"].endswith(".")


def test_spans_are_verbatim(seed: Seed, text: str) -> None:
    for row in seed["statements"] + seed["others"]:
        assert text[row["start"] : row["end"]] == row["content"] != ""
        assert row["content"] == row["content"].strip(" \n,.")


def test_statements_are_numbered_in_text_order(seed: Seed) -> None:
    statements = seed["statements"]
    assert [row["id"] for row in statements] == [f"s{number}" for number in range(1, len(statements) + 1)]
    assert [row["start"] for row in statements] == sorted(row["start"] for row in statements)


def test_every_statement_has_a_claim_and_a_voice(seed: Seed, text: str) -> None:
    for row in seed["statements"]:
        assert row["claim"].endswith(".")
        assert row["direct"] in (True, False, "mixed")
        assert (row["source"] is None) == (row["cue"] is None) == row["carry_on"]
        assert row["carry_on"] or (row["source"] in text and row["cue"] in text)


def test_a_carry_on_follows_its_own_side(seed: Seed) -> None:
    side = None
    for row in seed["statements"]:
        assert not row["carry_on"] or row["side"] == side
        side = row["side"]


def test_two_sides_and_no_alias_twice(seed: Seed) -> None:
    assert len(seed["sides"]) == 2
    assert {row["side"] for row in seed["statements"]} == {0, 1}
    claimed = [alias.casefold() for side in seed["sides"] for alias in (side["name"], *side["aliases"])]
    assert sorted(claimed) == sorted(set(claimed))


def test_every_cross_pair_is_labelled_once(seed: Seed) -> None:
    first, second = ([row["id"] for row in seed["statements"] if row["side"] == side] for side in (0, 1))
    assert [(pair["a"], pair["b"]) for pair in seed["pairs"]] == list(product(first, second))


def test_labels_agree_with_each_other(seed: Seed) -> None:
    for pair in seed["pairs"]:
        assert pair["relation"] in ("contradiction", "entailment", "neutral")
        assert pair["contested"] == (pair["kind"] is not None)
        assert pair["kind"] in (None, *range(1, 8))
        assert pair["contested"] or pair["relation"] != "contradiction"
        assert not (pair["contested"] and pair["relation"] == "entailment")
        assert pair["kind"] != 1 or pair["relation"] == "contradiction"


def test_issues_have_a_stance_for_either_side(seed: Seed) -> None:
    for issue in seed["issues"]:
        assert issue["target"]
        assert len(issue["stance"]) == 2
        assert set(issue["stance"]) <= {"favor", "against", "neutral", "none"}


def test_the_call_of_30_april_is_contested_about_the_checkpoint_only() -> None:
    seed = json.loads((SEEDS / "call-2023-04-30.json").read_text(encoding="utf-8"))
    contents = {row["id"]: row["content"] for row in seed["statements"]}
    contested = {(contents[pair["a"]], contents[pair["b"]]) for pair in seed["pairs"] if pair["contested"]}
    assert len(contested) == 4
    for a, b in contested:
        assert "Lachin corridor" in a
        assert "checkpoint" in b
