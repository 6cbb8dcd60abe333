"""What is trained on is registered with its licence."""

import subprocess
import sys

from narratives.training.__main__ import DEFAULT_RECIPE
from narratives.training.recipe import Recipe, Source, Stage, read_recipe
from narratives.training.registry import data_of, read_registry


def test_all_data_of_the_default_recipe_are_registered():
    used = data_of(read_recipe(DEFAULT_RECIPE))
    assert used == [entry for entry in read_registry() if entry in used]
    assert len(used) > 5


def test_nothing_with_non_commercial_terms_is_registered_but_news_text():
    assert [entry.name for entry in read_registry() if "-NC" in entry.licence] == ["real statements"]
    left_out = ("nli/anli", "nli/averitec", "nli/imppres", "nli/sick", "nli/disco", "eval/stance_seesaw")
    assert not [entry for entry in read_registry() if entry.pattern.startswith(left_out)]


def test_an_unknown_path_is_said_to_be_not_registered():
    stage = Stage(name="x", learning_rate=1e-4, sources=(Source(kind="pairs", path="mine.csv"),))
    (entry,) = data_of(Recipe(base="default", stages=(stage,)))
    assert (entry.name, entry.licence) == ("mine.csv", "not registered")


def test_the_command_lists_them():
    command = [sys.executable, "-m", "narratives.training", "data"]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert len(lines) == len(data_of(read_recipe(DEFAULT_RECIPE)))
    assert all(line.count("\t") == 3 for line in lines)
