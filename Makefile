# Two commands need nothing but Python 3.11+: `make demo` and `make test`. Each makes the environment in .venv first.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
DEMO := seeds/call-2023-04-30.txt

.PHONY: demo test fix check bench docs clean

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version)'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $(READY)

demo: $(READY)  ## the main job on the report of 30 April 2023, offline
	mkdir -p demo
	HF_HUB_OFFLINE=1 $(BIN)/narratives analyze $(DEMO) --top 8 --html demo/call-2023-04-30.html \
	  --side "State Department=Blinken,the Secretary,Matthew Miller,Washington,readout" \
	  --side "Azerbaijani presidency=Aliyev,Baku,press service of the Azerbaijani President,presidential press service"

test: $(READY)  ## the test suite, offline
	HF_HUB_OFFLINE=1 $(BIN)/python -m pytest

fix: $(READY)  ## format, and mend what ruff can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

check: $(READY)  ## format, lint, types, floors, docstrings, generated tables
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pydoclint -q narratives
	$(BIN)/python -m benchmarks.tables --check

bench: $(READY)  ## the benchmark suite; NARRATIVES_DATA names the folder of the public data sets
	$(BIN)/python -m benchmarks

docs: $(READY)  ## regenerate the tables of README and docs from benchmarks/results
	$(BIN)/python -m benchmarks.tables

clean:
	rm -rf .venv build dist demo .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
