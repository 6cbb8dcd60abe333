"""Stance of texts and of sides, with a model that follows rules."""

from dataclasses import replace

import numpy as np
import pytest
from fakes import FakeEncoder

from narratives.contrast.stance import HYPOTHESES, StanceFit, judge_stances, score_stances, stance_pairs
from narratives.types import STANCES, NLIOutput


class StanceModel:
    """Entails "supports" where the text praises, "opposes" where it condemns."""

    identity = "stance-fake"

    def predict(self, pairs):
        rows = []
        for premise, hypothesis in pairs:
            praises, condemns = "welcome" in premise, "condemn" in premise
            if not (praises or condemns):
                rows.append((0.05, 0.9, 0.05))
            elif praises == ("supports" in hypothesis):
                rows.append((0.9, 0.05, 0.05))
            else:
                rows.append((0.05, 0.05, 0.9))
        return NLIOutput(np.array(rows, np.float32).reshape(-1, 3), np.zeros(len(rows), bool))


class OwnStanceModel(StanceModel):
    """Has stance outputs: what the text says of the checkpoint, all its sentences together."""

    def __init__(self):
        self.asked = []

    def predict(self, pairs):
        self.asked += pairs
        output = super().predict(pairs)
        stance = [[0.1, 0.8, 0.1] if "condemn" in text else [0.8, 0.1, 0.1] for text, _ in pairs]
        return replace(output, stance=np.array(stance, np.float32).reshape(-1, 3))


FIT = StanceFit(
    weights=((5.0, 0, 0, 0, 0, 5.0), (0, 0, 5.0, 5.0, 0, 0), (0, 3.0, 0, 0, 3.0, 0)), intercept=(0.0, 0.0, 0.0)
)
TEXTS = ["We welcome the checkpoint", "We condemn the checkpoint", "Talks begin on Monday"]


def test_three_stances_in_input_order():
    probs = score_stances(TEXTS, ["the checkpoint"] * 3, StanceModel(), fit=FIT)
    assert probs.dtype == np.float32
    np.testing.assert_allclose(probs.sum(axis=1), 1, atol=1e-6)
    assert [STANCES[i] for i in probs.argmax(axis=1)] == ["favor", "against", "neutral"]


def test_order_changes_nothing():
    forward = score_stances(TEXTS, ["the checkpoint"] * 3, StanceModel(), fit=FIT)
    backward = score_stances(TEXTS[::-1], ["the checkpoint"] * 3, StanceModel(), fit=FIT)
    np.testing.assert_allclose(forward, backward[::-1])


def test_the_holder_is_named_where_known():
    pairs = stance_pairs(["x", "y"], ["t", "t"], ["Baku", ""])
    assert [hypothesis for _, hypothesis in pairs] == [
        "Baku supports t.", "Baku opposes t.", "The speaker supports t.", "The speaker opposes t.",
    ]  # fmt: skip
    assert len(HYPOTHESES) == 2


def test_no_texts():
    assert score_stances([], [], StanceModel(), fit=FIT).shape == (0, 3)


def test_sides_rest_on_the_statements_that_bear_on_the_target(monkeypatch):
    monkeypatch.setattr("narratives.contrast.stance.shipped_fit", lambda: FIT)
    sides = [("A", [TEXTS[2], TEXTS[1]]), ("B", [TEXTS[0]]), ("C", [TEXTS[2]]), ("D", [])]
    judged = judge_stances(sides, ["the checkpoint"], StanceModel(), FakeEncoder())
    assert [side[0].stance for side in judged] == ["against", "favor", "neutral", "neutral"]
    assert [side[0].rests_on for side in judged] == [(1,), (0,), (), ()]
    assert judged[2][0].probs[2] == 1


def test_a_model_with_stance_outputs_is_asked_for_them():
    model = OwnStanceModel()
    probs = score_stances(TEXTS[:2], ["the checkpoint"] * 2, model, holders=["Baku", ""])
    assert [STANCES[i] for i in probs.argmax(axis=1)] == ["favor", "against"]
    assert model.asked[-2:] == [(f"Baku: {TEXTS[0]}", "the checkpoint"), (TEXTS[1], "the checkpoint")]


def test_it_reads_a_sides_statements_together_in_text_order():
    model = OwnStanceModel()
    sides = [("A", ["The checkpoint stays!", "It is ours", "We condemn the checkpoint"]), ("B", ["Talks begin"])]
    judged = judge_stances(sides, ["the checkpoint"], model, FakeEncoder())
    assert model.asked[-1] == ("The checkpoint stays! We condemn the checkpoint.", "the checkpoint")
    assert [side[0].stance for side in judged] == ["against", "neutral"]
    assert sorted(judged[0][0].rests_on) == [0, 2]


def test_no_targets():
    assert judge_stances([("A", ["x"])], [], StanceModel(), FakeEncoder()) == [[]]


def test_shipped_fit_is_for_six_features():
    from narratives.contrast.stance import shipped_fit

    assert np.asarray(shipped_fit().weights).shape == (3, 6)


@pytest.mark.parametrize("n", [1, 7])
def test_rows_sum_to_one(n):
    rng = np.random.default_rng(n)
    assert FIT.apply(rng.random((n, 6))).sum(axis=1) == pytest.approx(np.ones(n), abs=1e-6)
