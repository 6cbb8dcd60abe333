"""The command line as a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from narratives.cli import main

SEED = Path(__file__).parents[1] / "seeds" / "call-2023-04-30.txt"


def run(*arguments, **rest):
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    return subprocess.run(
        [sys.executable, *arguments], stderr=subprocess.PIPE, text=True, encoding="utf-8", env=environment, **rest
    )


def test_help_is_light_and_teaches():
    code = "import sys; from narratives.cli import main; main(['--help']); print(sorted({'torch', 'transformers',"
    code += " 'sentence_transformers', 'pandas'} & set(sys.modules)))"
    done = run("-c", code, stdout=subprocess.PIPE, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    assert "narratives analyze call.txt --html call.html" in done.stdout


def test_real_pipeline_lists_statements_of_the_seed():
    sides = ["--side", "State Department=Blinken,Matthew Miller", "--side", "Azerbaijani presidency=Aliyev,Baku"]
    done = run("-m", "narratives", "statements", str(SEED), *sides, "--format", "jsonl", stdout=subprocess.PIPE)
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    text = SEED.read_text(encoding="utf-8")
    assert {"State Department", "Azerbaijani presidency"} <= {row["side"] for row in rows}
    assert all(text[row["start"] : row["end"]] == row["text"] for row in rows)


@pytest.mark.parametrize("arguments", [["--help"], ["sides", str(SEED), "--format", "csv"]])
def test_reader_that_leaves_is_taken_quietly(arguments):
    read, write = os.pipe()
    os.close(read)
    done = run("-m", "narratives", *arguments, stdout=write)
    os.close(write)
    assert done.returncode == 1
    assert "Error" not in done.stderr
    assert "Traceback" not in done.stderr


def test_version(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == "narratives 0.1.0\n"
