"""Recipes are read strictly."""

import re
from pathlib import Path

import pytest

from narratives.errors import InputError
from narratives.training.__main__ import DEFAULT_RECIPE
from narratives.training.fit import CALIBRATION, TEST
from narratives.training.recipe import read_recipe


def test_default_recipe_keeps_the_test_and_calibration_disputes_out():
    recipe = read_recipe(DEFAULT_RECIPE)
    for stage in recipe.stages:
        for source in stage.sources:
            if source.kind == "disputes":
                assert {*TEST, *CALIBRATION} <= set(source.exclude)


def test_default_recipe_uses_no_file_with_non_commercial_terms():
    paths = {source.path for stage in read_recipe(DEFAULT_RECIPE).stages for source in stage.sources}
    names = {re.split(r"[-_]", Path(path).stem)[0] for path in paths}
    assert not names & {"anli", "averitec", "imppres", "sick", "disco"}


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("base = 'x'", "no .*stage"),
        ("base = 'x'\nspeed = 1\n[[stage]]\nname='a'\nlearning_rate=1.0", "unknown keys"),
        ("base = 'x'\n[[stage]]\nname='a'", "learning_rate"),
        ("base = 'x'\n[[stage]]\nname='a'\nlearning_rate=1.0\n[[stage.source]]\nkind='poem'\npath='p'", "poem"),
        ("base = ", "cannot read"),
    ],
)
def test_faults_are_named(tmp_path, text, match):
    path = tmp_path / "recipe.toml"
    path.write_text(text)
    with pytest.raises(InputError, match=match):
        read_recipe(path)
