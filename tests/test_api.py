"""The public surface: what is exported, how light the import is, and that nothing needs the network."""

import ast
import subprocess
import sys
from pathlib import Path

import narratives as nv

PUBLIC = {
    "Analysis", "Analyzer", "Attribution", "InputError", "MissingDependencyError", "ModelError", "ModelLabelsError",
    "ModelNotFoundError", "NLIOutput", "NarrativesError", "Options", "Report", "ReportError", "SchemaError",
    "ScoringError", "Side", "SidesError", "Span", "Statement", "analyze", "compare", "find_attributions", "load_model",
    "read_report", "score_pairs", "score_stances",
}  # fmt: skip
HEAVY = {"torch", "transformers", "sentence_transformers", "pandas", "ray", "pyspark"}


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_exported_names_are_pinned_and_load():
    assert set(nv.__all__) == PUBLIC
    assert all(getattr(nv, name).__doc__ for name in PUBLIC)


def test_import_is_light_and_quick():
    loaded, seconds = ast.literal_eval(
        run(
            "import sys, time; t = time.perf_counter(); import narratives; s = time.perf_counter() - t;"
            f"print((sorted({HEAVY!r} & set(sys.modules)), s))"
        )
    )
    assert loaded == []
    assert seconds < 0.3


def test_import_touches_no_global_state():
    changed = run(
        "import logging, os, warnings; before = dict(os.environ), list(warnings.filters), list(logging.root.handlers);"
        "import narratives;"
        "print(before == (dict(os.environ), list(warnings.filters), list(logging.root.handlers)))"
    )
    assert changed == "True"


def test_no_submodule_takes_the_place_of_a_public_name():
    modules = {path.stem for path in Path(nv.__file__).parent.iterdir()}
    assert not modules & set(nv.__all__)


def test_unknown_name_is_an_attribute_error():
    assert not hasattr(nv, "analyse")


def test_every_error_is_documented_in_the_tree():
    from narratives import errors

    drawn = errors.__doc__
    classes = [name for name, value in vars(errors).items() if isinstance(value, type)]
    assert all(name in drawn for name in classes)


def test_default_path_works_with_sockets_blocked(tmp_path):
    script = tmp_path / "offline.py"
    script.write_text(
        "import socket\n"
        "def refuse(*args, **kwargs):\n"
        "    raise AssertionError('a socket was opened')\n"
        "socket.socket.connect = refuse\n"
        "socket.getaddrinfo = refuse\n"
        "import narratives as nv\n"
        "a = nv.compare({'A': ['The bridge was hit by a shell.'], 'B': ['No shell hit the bridge.']})\n"
        "print(len(a.pairs))\n"
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True, cwd=Path.cwd())
    assert done.stdout.strip() == "1"
