"""Targets: what both sides speak of."""

from hypothesis import given
from hypothesis import strategies as st

from narratives.contrast.targets import find_targets

A = ["the checkpoint on the Lachin corridor undermines confidence", "the Lachin corridor should be reopened"]
B = ["the border checkpoint does not limit the movement", "the Lachin corridor is open to all"]


def test_shared_phrases_longest_first():
    assert find_targets([A, B], limit=5) == ["Lachin corridor", "checkpoint"]


def test_limit_and_names_of_the_sides():
    assert find_targets([A, B], limit=1) == ["Lachin corridor"]
    assert find_targets([A, B], limit=0) == []
    assert find_targets([["Baku has rights"], ["Baku said no"]], limit=5, names=["Baku"]) == []


def test_plural_and_possessive_meet():
    assert find_targets([["the checkpoints"], ["the checkpoint’s guards"]], limit=5) == ["checkpoints"]


def test_one_side_alone_has_no_shared_target():
    assert find_targets([A, []], limit=5) == []
    assert find_targets([A], limit=5) == []


@given(st.lists(st.text(max_size=60), max_size=4), st.lists(st.text(max_size=60), max_size=4))
def test_any_text_gives_phrases_of_the_statements(a, b):
    for phrase in find_targets([a, b], limit=6):
        assert any(phrase in text for text in (*a, *b))
