"""Segmentation: quotations, sentences, and what is no part of the story."""

import pytest

from narratives.extract.segment import find_quotes, mask_quotes, segment


def inner(text):
    return [text[q.inner_start : q.inner_end] for q in find_quotes(text)]


def sentences(text):
    return [text[s.start : s.end] for p in segment(text) for s in p.sentences]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('He called it "a farce" twice.', ["a farce"]),
        ("He called it “a farce” twice.", ["a farce"]),
        ("He called it „eine Farce“ twice.", ["eine Farce"]),
        ("He called it «une farce» twice.", ["une farce"]),
        ("He called it ‘a farce’ twice.", ["a farce"]),
        ("He called it 'a farce' twice.", ["a farce"]),
        ("He called it ''a farce'' twice.", ["a farce"]),
        ("He called it ``a farce'' twice.", ["a farce"]),
        ("It wasn't the miners' fault, it's theirs.", []),
        ("It wasn’t the miners’ fault.", []),
        ("‘It’s the organisers’ own deadline,’ he said.", ["It’s the organisers’ own deadline,"]),
        ("“She said ‘no’ to me,” he said.", ["She said ‘no’ to me,"]),
    ],
)
def test_quotation_marks_of_every_kind(text, expected):
    assert inner(text) == expected


def test_unclosed_mark_costs_one_paragraph_only():
    text = 'He said: "We will stay.\n\n"We will go," she said.'
    quotes = [q for p in segment(text) for q in p.quotes]
    assert [text[q.inner_start : q.inner_end] for q in quotes] == ["We will stay.", "We will go,"]
    assert [q.closed for q in quotes] == [False, True]


def test_mask_keeps_every_offset():
    text = 'He said "no".'
    assert mask_quotes(text, find_quotes(text)) == "He said “¤¤”."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mr. Smith met Gen. Ito. They spoke.", ["Mr. Smith met Gen. Ito.", "They spoke."]),
        ("The U.S. envoy left on Jan. 5 at 3 p.m. from Oslo.", ["The U.S. envoy left on Jan. 5 at 3 p.m. from Oslo."]),
        ('"We left. We had to," he said. It rained.', ['"We left. We had to," he said.', "It rained."]),
        ('"We left." It rained.', ['"We left."', "It rained."]),
        ("The dam held; the bridge did not.", ["The dam held;", "the bridge did not."]),
    ],
)
def test_sentences(text, expected):
    assert sentences(text) == expected


def test_furniture_has_no_sentences():
    text = (
        "Envoys disagree over the ferry\n\n"
        "OSLO, March 4 (Fjord Wire) - The envoys met on Monday.\n\n"
        "WHAT NOW?\n\n"
        "Nobody knows.\n\n"
        "Kari Nord\n\nLeave a review\n\nFollow us on social networks"
    )
    assert sentences(text) == ["The envoys met on Monday.", "Nobody knows."]
    assert [p.furniture for p in segment(text)] == [True, False, True, False, True, True, True]


def test_single_sentence_without_a_stop_counts_as_furniture_only_below_others():
    assert sentences("Miller said that the road is open.") == ["Miller said that the road is open."]


@pytest.mark.parametrize("mark", ["07:55 ", "[3] ", "– ", "• ", "2. "])
def test_time_stamps_numbers_and_bullets_are_stepped_over(mark):
    assert sentences(f"Headline here\n\n{mark}The road is open.") == ["The road is open."]


def test_hard_wrapped_prose_is_one_paragraph():
    text = (
        "The ministry said on Monday that the bridge over the river would be closed\n"
        "until the end of the month. Nobody had told the villages on the other\n"
        "bank about it."
    )
    assert len(segment(text)) == 1
    assert len(sentences(text)) == 2
