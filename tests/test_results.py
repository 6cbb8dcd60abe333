"""Result files, and the tables that are made of them."""

import json

import numpy as np
import pytest

from benchmarks.results import name_model, read_results, write_result
from benchmarks.tables import fill_page, render_table, update_pages
from narratives.errors import InputError

ABOUT = {"identity": "fake-1", "signature": "narratives:0|model:fake-1", "seed": 0, "row_limit": None}
ROW = {
    "set": "snli-dev",
    "method": "model",
    "n": 1200,
    "accuracy": 0.75,
    "accuracy_interval": [0.7, 0.8],
    "ece": float("nan"),
}


@pytest.fixture
def results(tmp_path):
    rows = [ROW, {"set": "anli-dev", "not_run": "not run: file absent"}]
    write_result("nli", "default", rows, about=ABOUT, out=tmp_path / "results")
    return tmp_path / "results"


def test_a_result_says_what_it_was_made_with(results):
    result = json.loads((results / "nli-default.json").read_text())
    assert set(result) > {"suite", "model", "identity", "signature", "seed", "date", "versions", "hardware", "rows"}
    assert {"cpu", "flags", "cores", "threads", "gpu"} == set(result["hardware"])
    assert result["versions"]["numpy"] == np.__version__
    assert result["rows"][0]["ece"] is None  # JSON has no NaN


def test_a_model_is_named_by_its_folder_or_hub_id(tmp_path):
    assert name_model(None) == "default"
    assert name_model(str(tmp_path)) == tmp_path.name
    assert name_model("org/some-model") == "org--some-model"


def test_a_table_shows_figures_intervals_and_what_was_not_run(results):
    table = render_table("nli", read_results(results))
    assert "| snli-dev | model | 1,200 | 75.0 (70.0–80.0) | – | – |" in table
    assert "- anli-dev: not run: file absent" in table
    assert "`narratives:0|model:fake-1`; seed 0;" in table
    assert "Not measured yet" in render_table("contest", read_results(results))
    with pytest.raises(InputError, match="no table 'nly'"):
        render_table("nly", {})


def test_a_table_of_several_models_names_them(results):
    majority_row = {**ROW, "method": "majority"}
    for name in ("default", "other"):
        write_result("nli", name, [ROW, majority_row], about=ABOUT, out=results)
    table = render_table("nli", read_results(results))
    assert table.index("model, default") < table.index("model, other")
    assert table.count("| majority |") == 1


def test_pages_are_filled_between_markers_and_checked(results, tmp_path):
    page = tmp_path / "README.md"
    page.write_text("before\n<!-- table: nli brief -->\nold\n<!-- /table -->\nafter\n")
    assert update_pages(tmp_path, folder=results, check=True) == [page]
    assert "old" in page.read_text()
    assert update_pages(tmp_path, folder=results) == [page]
    filled = page.read_text()
    assert "old" not in filled
    assert filled.startswith("before\n<!-- table: nli brief -->\n| set |")
    assert filled.endswith("<!-- /table -->\nafter\n")
    assert update_pages(tmp_path, folder=results, check=True) == []
    page.write_text("<!-- table: nli -->\nnever closed\n")
    with pytest.raises(InputError, match="1 opening and 0 closing"):
        update_pages(tmp_path, folder=results, check=True)
    assert fill_page("no marker", {}) == "no marker"


# command line
