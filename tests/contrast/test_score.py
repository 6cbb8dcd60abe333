import numpy as np
import pytest
from fakes import FakeModel

from narratives.contrast.score import score_pairs
from narratives.errors import InputError, ScoringError
from narratives.types import NLIOutput

OPEN, SHUT, OTHER = "The border is open.", "The border is not open.", "Forty trucks were stopped."
PAIRS = [(OPEN, SHUT), (OPEN, OTHER), (SHUT, OPEN), (OPEN, SHUT), (OTHER, OTHER)]


class Answers:
    """A model that gives what it is told, for any number of pairs."""

    identity = "answers"

    def __init__(self, row=(0.2, 0.3, 0.5), truncated=False, contested=None):
        self.row, self.truncated, self.contested = row, truncated, contested

    def predict(self, pairs):
        n = len(pairs)
        contested = None if self.contested is None else np.full(n, self.contested, dtype=np.float32)
        return NLIOutput(np.array([self.row] * n, dtype=np.float32), np.full(n, self.truncated), contested)


def test_both_directions_in_one_call_each_order_once():
    model = FakeModel()
    scores = score_pairs(PAIRS, model)
    [call] = model.calls
    assert len(call) == len(set(call)) == 5
    assert scores.ab.shape == scores.ba.shape == (5, 3)
    np.testing.assert_array_equal(scores.ab[0], scores.ba[2])
    np.testing.assert_array_equal(scores.ab[0], scores.ab[3])
    assert scores.ab[:, 2].tolist() == pytest.approx([0.9, 0.05, 0.9, 0.9, 0.02])
    assert scores.contradiction[1] == scores.ab[1, 2]


def test_directions_are_not_mixed_up():
    scores = score_pairs([("The border is open today.", OPEN)], FakeModel())
    assert scores.ab[0].argmax() == 0
    assert scores.ba[0].argmax() == 1


class OneSided(Answers):
    """Contested and truncated depend on the order."""

    def predict(self, pairs):
        first = np.array([a == OPEN for a, _ in pairs])
        probs = np.where(first[:, None], [[0.1, 0.2, 0.7]], [[0.3, 0.4, 0.3]]).astype(np.float32)
        return NLIOutput(probs, first, np.where(first, 0.9, 0.2).astype(np.float32))


def test_contested_is_joined_by_mean_logit():
    scores = score_pairs([(OPEN, SHUT), (SHUT, OPEN)], OneSided())
    logit = (np.log(0.9 / 0.1) + np.log(0.2 / 0.8)) / 2
    np.testing.assert_allclose(scores.contested, 1 / (1 + np.exp(-logit)), atol=1e-6)
    assert scores.contested[0] == scores.contested[1]
    assert scores.contradiction[0] == scores.contradiction[1] == pytest.approx(0.5)
    assert scores.truncated.tolist() == [True, True]
    assert scores.contested.dtype == np.float32


@pytest.mark.parametrize("p", [0.0, 1.0])
def test_a_certain_contested_output_stays_finite(p):
    assert score_pairs([(OPEN, SHUT)], Answers(contested=p)).contested[0] == pytest.approx(p, abs=1e-5)


def test_a_model_without_contested():
    assert score_pairs(PAIRS, FakeModel(contested=False)).contested is None


def test_no_pairs():
    model = FakeModel()
    scores = score_pairs([], model)
    assert (scores.ab.shape, scores.ba.shape, scores.truncated.shape) == ((0, 3), (0, 3), (0,))
    assert scores.contradiction.shape == (0,)
    assert model.calls == []


@pytest.mark.parametrize("bad", ["ab", ("a",), ("a", 3), ("a", ""), (" \n", "b"), None])
def test_bad_pairs_are_named_by_their_index(bad):
    with pytest.raises(InputError, match="pair 1 is"):
        score_pairs([(OPEN, SHUT), bad], FakeModel())


class Foreign:
    identity = "foreign"

    def __init__(self, answer):
        self.answer = answer

    def predict(self, pairs):
        return self.answer


TWO = np.array([[0.2, 0.3, 0.5]] * 2, dtype=np.float32)
FLAGS = np.zeros(2, dtype=np.bool_)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (TWO, "ndarray; expected an NLIOutput"),
        (None, "NoneType; expected an NLIOutput"),
        (NLIOutput(TWO[:1], FLAGS), r"shape \(1, 3\); expected \(2, 3\)"),
        (NLIOutput(TWO[:, :2], FLAGS), r"shape \(2, 2\)"),
        (NLIOutput(TWO * np.nan, FLAGS), "expected probabilities"),
        (NLIOutput(TWO * [[1], [2]], FLAGS), r"row 1 of probs .* sums to 2\.0000"),
        (NLIOutput(TWO + np.float32([0, 0, 0.002]), FLAGS), r"sums to 1\.0020"),
        (NLIOutput(np.array([[-0.5, 0.5, 1.0]] * 2), FLAGS), "from -0.5"),
        (NLIOutput(np.array([["a"] * 3] * 2), FLAGS), "no numbers"),
        (NLIOutput(TWO, FLAGS[:1]), r"truncated is bool \(1,\)"),
        (NLIOutput(TWO, np.zeros(2)), "truncated is float64"),
        (NLIOutput(TWO, FLAGS, np.array([0.5])), "contested has shape"),
        (NLIOutput(TWO, FLAGS, np.array([0.5, 1.5])), "contested ranges from"),
    ],
)
def test_what_is_not_probabilities_is_refused(answer, message):
    with pytest.raises(ScoringError, match=message):
        score_pairs([(OPEN, SHUT)], Foreign(answer))


def test_a_sum_within_rounding_passes():
    score_pairs([(OPEN, SHUT)], Answers(row=(0.2, 0.3, 0.5005)))


def test_progress_is_asked_of_models_that_have_it():
    asked = []

    class Slow(FakeModel):
        def predict(self, pairs, *, progress=False):
            asked.append(progress)
            return super().predict(pairs)

    score_pairs(PAIRS, Slow(), progress=True)
    score_pairs(PAIRS, Slow())
    score_pairs(PAIRS, FakeModel(), progress=True)
    assert asked == [True, False]
