"""p_contested: two ways, symmetric, from fits that can be read."""

import numpy as np
import pytest
from fakes import FakeEncoder, FakeModel
from hypothesis import given
from hypothesis import strategies as st

from narratives.contrast.contest import (
    BLEND_FEATURES,
    ContestFit,
    ContestJudge,
    blend_features,
    cosines,
    head_features,
    shipped_fits,
)
from narratives.contrast.score import logit, score_pairs

PAIRS = [
    ("The checkpoint limits the movement.", "The checkpoint does not limit the movement."),
    ("The checkpoint limits the movement.", "Talks will begin in Washington."),
]
FITS = {
    "head": ContestFit((1.0,), 0.0, 0.5),
    "blend": ContestFit((4.0, 0.0, 0.0, 4.0, 0.0), -4.0, 0.6),
}


@pytest.mark.parametrize(("contested", "method", "threshold"), [(True, "head", 0.5), (False, "blend", 0.6)])
def test_method_and_threshold_follow_the_model(contested, method, threshold):
    judge = ContestJudge(FakeEncoder(), FITS)
    scores = score_pairs(PAIRS, FakeModel(contested=contested))
    assert judge.method(scores) == method
    assert judge.threshold(scores) == threshold
    p = judge.judge(PAIRS, scores)
    assert p.dtype == np.float32
    assert p[0] > threshold > p[1]


@pytest.mark.parametrize("contested", [True, False])
def test_a_swapped_pair_gets_the_same(contested):
    judge = ContestJudge(FakeEncoder(), FITS)
    swapped = [(b, a) for a, b in PAIRS]
    model = FakeModel(contested=contested)
    np.testing.assert_allclose(
        judge.judge(PAIRS, score_pairs(PAIRS, model)), judge.judge(swapped, score_pairs(swapped, model)), atol=1e-6
    )


def test_no_pairs():
    assert ContestJudge(FakeEncoder(), FITS).judge([], score_pairs([], FakeModel(contested=False))).shape == (0,)


def test_head_needs_the_output():
    with pytest.raises(ValueError, match="no contested output"):
        head_features(score_pairs(PAIRS, FakeModel(contested=False)))


def test_blend_features_are_named():
    features = blend_features(score_pairs(PAIRS, FakeModel()), cosines(PAIRS, FakeEncoder()))
    assert features.shape == (2, len(BLEND_FEATURES))
    assert features[0, 0] == pytest.approx(0.9)


def test_cosines_embed_each_text_once():
    class Counting(FakeEncoder):
        seen = 0

        def encode(self, texts):
            Counting.seen += len(texts)
            return super().encode(texts)

    found = cosines([*PAIRS, (PAIRS[0][0], PAIRS[0][0])], Counting())
    assert Counting.seen == 3
    assert found[2] == pytest.approx(1.0)


def test_shipped_fits_have_a_weight_for_each_feature_and_a_usable_threshold():
    fits = shipped_fits()
    assert len(fits["head"].weights) == 1
    assert len(fits["blend"].weights) == len(BLEND_FEATURES)
    assert fits["head"].weights[0] > 0
    assert all(0.05 < fit.threshold < 0.95 for fit in fits.values())


@given(st.floats(0, 1))
def test_logit_is_finite_and_rises(p):
    values = logit(np.array([p, min(1.0, p + 0.1)]))
    assert np.isfinite(values).all()
    assert values[1] >= values[0]
