"""Figures on cases small enough to be worked out by hand."""

import numpy as np
import pytest

from benchmarks.metrics import (
    RESAMPLES,
    accuracy,
    average_precision,
    calibration_error,
    count_at,
    label_f1,
    macro_f1,
    measure,
    precision_recall_f1,
)
from benchmarks.spans import (
    Placed,
    count_attributed,
    count_characters,
    count_contested,
    count_exact,
    count_sides,
    count_statements,
    map_sides,
    rename_sides,
    spans_match,
)
from narratives.errors import InputError


def bools(*values):
    return np.array(values, dtype=bool)


def floats(*values):
    return np.array(values, dtype=np.float64)


# labels and scores


def test_average_precision_is_the_mean_precision_at_the_positives():
    # ranks of the positives: 1, 3, 4 → precisions 1/1, 2/3, 3/4
    score = floats(0.9, 0.8, 0.7, 0.6, 0.5)
    assert average_precision(bools(1, 0, 1, 1, 0), score) == pytest.approx((1 + 2 / 3 + 3 / 4) / 3)


def test_average_precision_does_not_depend_on_the_order_of_rows_of_equal_score():
    gold, score = bools(1, 0, 0, 1), floats(0.5, 0.5, 0.5, 0.5)
    assert average_precision(gold, score) == average_precision(gold[::-1], score) == 0.5


@pytest.mark.parametrize("n_values", [5, 1000])
def test_average_precision_equals_that_of_scikit_learn(n_values):
    from sklearn.metrics import average_precision_score

    rng = np.random.default_rng(3)
    gold = rng.random(400) < 0.15
    score = rng.integers(n_values, size=400) / n_values
    assert average_precision(gold, score) == pytest.approx(average_precision_score(gold, score))


def test_average_precision_without_a_positive_is_not_a_number():
    assert np.isnan(average_precision(bools(0, 0), floats(0.1, 0.2)))


def test_macro_f1_counts_the_labels_of_gold_alike():
    gold, predicted = np.array(["a", "a", "b", "b"]), np.array(["a", "b", "b", "c"])
    # a: 2·1/(2+1); b: 2·1/(2+2); c is only predicted
    assert macro_f1(gold, predicted) == pytest.approx((2 / 3 + 1 / 2) / 2)
    assert label_f1(gold, predicted, ("b", "c")) == pytest.approx((1 / 2 + 0) / 2)
    assert accuracy(gold, predicted) == 0.5


def test_macro_f1_equals_that_of_scikit_learn():
    from sklearn.metrics import f1_score

    rng = np.random.default_rng(1)
    gold, predicted = rng.integers(3, size=200), rng.integers(3, size=200)
    assert macro_f1(gold, predicted) == pytest.approx(f1_score(gold, predicted, average="macro"))


def test_a_threshold_counts_what_reaches_it():
    counts = count_at(bools(1, 1, 0, 0, 1), floats(0.9, 0.4, 0.5, 0.1, 0.2), 0.4)
    assert counts.tolist() == [2, 3, 2, 3]
    assert precision_recall_f1(counts) == pytest.approx({"precision": 2 / 3, "recall": 2 / 3, "f1": 2 / 3})


def test_f1_of_nothing_right_is_zero_and_of_nothing_at_all_not_a_number():
    assert precision_recall_f1(floats(0, 4, 0, 2))["f1"] == 0
    nothing_found = precision_recall_f1(floats(0, 0, 0, 2))
    assert nothing_found["f1"] == 0
    assert np.isnan(nothing_found["precision"])
    assert np.isnan(precision_recall_f1(floats(0, 0, 0, 0))["f1"])


def test_calibration_error_averages_the_gaps_of_the_bins():
    # two bins of 15: mean p 0.91 against 0.5 right (2 rows), mean p 0.1 against 0 right (2 rows)
    p, right = floats(0.9, 0.92, 0.1, 0.1), bools(1, 0, 0, 0)
    assert calibration_error(p, right) == pytest.approx((2 * 0.41 + 2 * 0.1) / 4)
    assert calibration_error(floats(1.0, 0.0), bools(1, 0)) == 0


# intervals


def test_intervals_resample_groups_not_rows():
    # one group of 50 hits and one of 50 misses: a resample has the mean 0, 0.5 or 1
    hits = np.repeat([1.0, 0.0], 50)
    means = set()

    def figures(rows):
        means.add(float(hits[rows].mean()))
        return {"share": float(hits[rows].mean())}

    measured = measure(figures, ["a"] * 50 + ["b"] * 50, seed=0)
    assert means == {0.0, 0.5, 1.0}
    assert measured == {"n": 100, "n_groups": 2, "share": 0.5, "share_interval": [0.0, 1.0]}


def test_intervals_are_the_same_for_the_same_seed_and_near_the_normal_ones():
    rng = np.random.default_rng(0)
    hits = (rng.random(500) < 0.3).astype(float)
    calls = []

    def figures(rows):
        calls.append(len(rows))
        return {"share": float(hits[rows].mean())}

    groups = [str(index) for index in range(500)]
    low, high = measure(figures, groups, seed=7)["share_interval"]
    assert len(calls) == 1 + RESAMPLES
    assert [low, high] == measure(figures, groups, seed=7)["share_interval"]
    assert (low, high) != tuple(measure(figures, groups, seed=8)["share_interval"])
    half = 1.96 * np.sqrt(hits.mean() * (1 - hits.mean()) / 500)
    assert (high - low) / 2 == pytest.approx(half, rel=0.1)


def test_a_figure_that_is_not_defined_is_none_and_one_group_has_no_interval():
    undefined = measure(lambda rows: {"ap": float("nan")}, ["a", "b"], seed=0)
    assert undefined == {"n": 2, "n_groups": 2, "ap": None, "ap_interval": None}
    assert measure(lambda rows: {"ap": 0.5}, ["a", "a"], seed=0)["ap_interval"] is None
    with pytest.raises(InputError, match="no rows"):
        measure(lambda rows: {}, [], seed=0)


# statements


@pytest.mark.parametrize(
    ("a", "b", "match"),
    [
        ((0, 10), (0, 10), True),
        ((0, 10), (5, 10), True),  # IoU 0.5
        ((0, 10), (6, 10), True),  # IoU 0.4, all of the shorter one
        ((0, 100), (0, 24), False),  # all of the shorter one, but IoU 0.24
        ((0, 100), (0, 25), True),  # and 0.25
        ((0, 10), (4, 16), False),  # IoU 6/16, 0.6 of the shorter one
        ((0, 10), (10, 20), False),
    ],
)
def test_spans_match(a, b, match):
    assert spans_match(Placed("x", *a), Placed("y", *b)) is match
    assert spans_match(Placed("y", *b), Placed("x", *a)) is match


GOLD = [Placed("A", 0, 10), Placed("A", 20, 30), Placed("B", 40, 60)]


def test_statements_are_right_on_their_own_side_only():
    predicted = [
        Placed("A", 0, 10),  # right
        Placed("B", 20, 30),  # right place, wrong side
        Placed("B", 40, 50),  # half of the gold one: right
        Placed("B", 50, 60),  # the other half: right too
        Placed("A", 80, 90),  # a third party's words
    ]
    assert count_statements(predicted, GOLD).tolist() == [3, 5, 2, 3]
    assert count_sides(predicted, GOLD).tolist() == [3, 4]


def test_a_joint_statement_is_right_on_either_side():
    gold = [Placed("A", 0, 10), Placed("B", 0, 10)]
    assert count_sides([Placed("B", 0, 10)], gold).tolist() == [1, 1]
    assert count_statements([Placed("B", 0, 10)], gold).tolist() == [1, 1, 1, 2]


def test_discovered_sides_are_mapped_one_to_one_for_most_matches():
    found = [Placed("Rome", 0, 10), Placed("Rome", 20, 30), Placed("Oslo", 40, 60), Placed("Lima", 40, 60)]
    names = map_sides(found, GOLD)
    assert names["Rome"] == "A"
    assert sorted([names["Oslo"], names["Lima"]]) == ["", "B"]
    assert count_statements(rename_sides(found, names), GOLD).tolist() == [3, 4, 3, 3]


def test_one_discovered_side_takes_one_gold_side():
    found = [Placed("Rome", 0, 10), Placed("Rome", 20, 30), Placed("Rome", 40, 60)]
    assert map_sides(found, GOLD) == {"Rome": "A"}
    assert map_sides([], GOLD) == {}


def test_contested_rows_need_both_spans_and_sides():
    gold = [(GOLD[0], GOLD[2]), (GOLD[1], GOLD[2])]
    predicted = [
        (Placed("B", 40, 60), Placed("A", 1, 10)),  # the first, the other way round
        (Placed("A", 20, 30), Placed("A", 40, 60)),  # a side is wrong
        (Placed("A", 70, 90), Placed("B", 40, 60)),  # a span is wrong
    ]
    assert count_contested(predicted, gold).tolist() == [1, 3, 1, 2]


# attribution


def test_exact_spans_need_every_piece_and_count_once():
    predicted = [((0, 3),), ((0, 3),), ((5, 9), (12, 15)), ((20, 25),)]
    gold = [((0, 3),), ((5, 9), (12, 16)), ((20, 25),), ((30, 31),)]
    assert count_exact(predicted, gold).tolist() == [2, 3, 2, 4]


def test_characters_count_once_whatever_the_spans():
    assert count_characters([((0, 4),), ((2, 6),)], [((4, 8), (10, 12))]).tolist() == [2, 6, 2, 6]


def test_attributed_contents_use_each_gold_pair_once():
    gold = [(((0, 5),), ((10, 20),)), (((0, 5),), ((30, 40),))]
    predicted = [
        (((4, 9),), ((10, 16),)),  # sources overlap, IoU 0.6: right
        (((0, 5),), ((10, 20),)),  # that gold pair is taken
        (((5, 9),), ((30, 40),)),  # sources do not overlap
    ]
    assert count_attributed(predicted, gold).tolist() == [1, 3, 1, 2]
    assert count_attributed(predicted, []).tolist() == [0, 3, 0, 0]
