"""Temperatures make probabilities as sure as they are right."""

import numpy as np
import pytest

from narratives.training.temper import fit_temperature


def soften(probs, temperature):
    powers = probs ** (1 / temperature)
    return (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_the_temperature_that_was_taken_out_is_found(temperature):
    rng = np.random.default_rng(0)
    honest = rng.dirichlet([1.0, 1.0, 1.0], size=4000)
    gold = np.array([rng.choice(3, p=row) for row in honest])
    assert fit_temperature(soften(honest, 1 / temperature), gold) == pytest.approx(temperature, rel=0.1)


def test_certainty_that_is_wrong_is_no_error():
    probs = np.array([[1, 0, 0], [0, 1, 0]], np.float32)
    assert fit_temperature(probs, np.array([1, 1])) == pytest.approx(3.0)
