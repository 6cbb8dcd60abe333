"""Recipes are read strictly."""

import pytest

from narratives.errors import InputError
from narratives.training.recipe import read_recipe


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
