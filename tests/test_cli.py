"""The command line: what lands on stdout, what on stderr, and the exit codes."""

import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar

import pandas as pd
import pytest

from narratives.analysis import Analysis
from narratives.cli import main, output
from narratives.cli.options import Format, parse_sides
from narratives.errors import ModelNotFoundError, SidesError
from narratives.table import build
from narratives.types import Report, Side, Statement

SEED = Path(__file__).parents[1] / "seeds" / "call-2023-04-30.txt"
TEXT = "Aria said the bridge is open. Borduria said =the bridge is shut."


def find(report):
    """Give one statement of each side of a report like `TEXT`, and one of nobody."""
    words = {"s1": ("Aria", "the bridge is open"), "s2": ("Borduria", "=the bridge is shut"), "s3": ("", "said")}
    found = []
    for statement_id, (side, text) in words.items():
        start = report.text.index(text)
        place = (start, start + len(text))
        found.append(Statement(report.report_id, statement_id, side, side, "said", text, text, *place))
    return found


def make_analysis(reports, errors=(), *, p=(0.93,)):
    """Make the analysis of reports like `TEXT`: in each the two sides contest each other as surely as `p` says."""
    statements, pairs = [], []
    for report in reports:
        found = [{**{name: getattr(s, name) for name in s.__slots__}, "signature": "sig"} for s in find(report)]
        statements += found
        for value in p:
            row = {"report_id": report.report_id, "pair_id": "s1~s2", "contradiction": value, "p_contested": value}
            row |= {f"p_{n}_{way}": 0.3 for n in ("entailment", "neutral", "contradiction") for way in ("ab", "ba")}
            row |= {"contested": True, "truncated": True, "signature": "sig"}
            for letter, one in zip("ab", found, strict=False):
                row |= {
                    f"{name}_{letter}": one[name] for name in ("side", "text", "claim", "source", "cue", "start", "end")
                }
                row[f"statement_{letter}"] = one["statement_id"]
            pairs.append(row)
    stance = {"side": "Aria", "target": "the bridge", "stance": "favor", "p_favor": 0.8, "p_against": 0.1}
    stance |= {"p_neutral": 0.1, "statement_ids": "s1", "signature": "sig"}
    return Analysis(
        statements=build([s for s in statements if s["side"]], "statements"),
        unassigned=build([s for s in statements if not s["side"]], "statements"),
        pairs=build(pairs, "pairs"),
        contested=build(pairs, "contested"),
        agreed=build([], "agreed"),
        stances=build([stance | {"report_id": report.report_id} for report in reports], "stances"),
        summary=build([], "summary"),
        errors=pd.DataFrame(errors, columns=["report_id", "error"], dtype="str"),
        signature="sig",
        reports=tuple(reports),
        sides=(Side("Aria"), Side("Borduria")),
        threshold=0.5,
    )


class FakeAnalyzer:
    """Stands where the pipeline begins; keeps what it was made and called with."""

    calls: ClassVar[list] = []
    p = (0.93,)

    def __init__(self, sides=None, *, model=None, options=None):
        if model == "no/such":
            raise ModelNotFoundError("there is no model at no/such;\nexpected a directory")
        self.calls.append(
            {"sides": sides, "model": model, "threshold": options.threshold, "progress": options.progress}
        )
        self.model = SimpleNamespace(
            identity="fake-1", labels=("entailment", "neutral"), device="cpu", precision="float32"
        )

    def analyze_many(self, reports, *, targets=None):
        self.calls[-1] |= {"reports": reports, "targets": targets}
        errors = [(report.report_id, "fewer than two sides") for report in reports if "Borduria" not in report.text]
        return make_analysis([report for report in reports if "Borduria" in report.text], errors, p=self.p)

    def compare(self, data, *, targets=None):
        self.calls[-1] |= {"data": data, "targets": targets}
        return make_analysis([Report.from_text(TEXT)])

    def sign(self):
        return "narratives:0.1.0|model:fake-1"


@pytest.fixture
def calls(monkeypatch):
    monkeypatch.setattr("narratives.pipeline.Analyzer", FakeAnalyzer)
    monkeypatch.setattr(FakeAnalyzer, "calls", [])
    return FakeAnalyzer.calls


@pytest.fixture
def report(tmp_path):
    path = tmp_path / "bridge.txt"
    path.write_text(TEXT)
    return str(path)


def test_contested_claims_are_shown_with_rank_sides_and_texts(calls, report, capsys):
    assert main(["analyze", report]) == 0
    out, err = capsys.readouterr()
    assert [line.rstrip() for line in out.splitlines()[:3]] == [
        "1  p_contested 0.93",
        '   Aria: "the bridge is open"',
        '   Borduria: "=the bridge is shut"',
    ]
    assert "\x1b" not in out
    assert "2 statements (1 of Aria, 1 of Borduria), 1 more of no side; 1 pairs, 1 contested" in err
    assert "judged in pieces" in err


def test_options_reach_the_analyzer(calls, report):
    arguments = ["--side", "Aria=Tom, the minister", "--side", "Borduria", "--model", "m", "--threshold", "0.7"]
    assert main(["analyze", report, *arguments, "--target", "the bridge", "--target", "the toll"]) == 0
    (call,) = calls
    assert call["sides"] == [Side("Aria", ("Tom", "the minister")), Side("Borduria")]
    assert (call["model"], call["threshold"], call["progress"]) == ("m", 0.7, False)
    assert call["targets"] == ["the bridge", "the toll"]


def test_nothing_given_is_left_to_the_library(calls, report):
    assert main(["analyze", report]) == 0
    (call,) = calls
    assert (call["sides"], call["model"], call["threshold"], call["targets"]) == (None, None, None, None)


def test_nothing_contested_is_success(calls, report, capsys, monkeypatch):
    monkeypatch.setattr(FakeAnalyzer, "p", ())
    assert main(["analyze", report]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert "0 contested" in err


def test_empty_csv_has_its_header(calls, report, capsys, monkeypatch):
    monkeypatch.setattr(FakeAnalyzer, "p", ())
    assert main(["analyze", report, "--format", "csv"]) == 0
    assert capsys.readouterr().out.startswith('"report_id","pair_id","statement_a"')


def test_csv_guards_formulas_and_numbers_stay_numbers(calls, report, capsys):
    assert main(["analyze", report, "--format", "csv"]) == 0
    frame = pd.read_csv(io.StringIO(capsys.readouterr().out))
    assert frame.loc[0, "text_b"] == "'=the bridge is shut"
    assert frame.loc[0, "text_a"] == "the bridge is open"
    assert frame.loc[0, "p_contested"] == pytest.approx(0.93)


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\tx", "\rx"])
def test_every_formula_sign_is_guarded(cell, tmp_path):
    path = tmp_path / "rows.csv"
    output.write_frame(pd.DataFrame({"side": [cell, "a=1"]}), "sides", format=Format.CSV, output=path)
    assert pd.read_csv(path)["side"].tolist() == ["'" + cell, "a=1"]


def test_jsonl_is_verbatim(calls, report, capsys):
    assert main(["analyze", report, "--format", "jsonl", "--table", "statements"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["text"] for row in rows] == ["the bridge is open", "=the bridge is shut"]


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_ending_of_the_output_tells_the_format(calls, report, capsys, tmp_path, ending):
    path = tmp_path / f"rows.{ending}"
    assert main(["analyze", report, "--output", str(path)]) == 0
    read = {"csv": pd.read_csv, "parquet": pd.read_parquet, "jsonl": lambda p: pd.read_json(p, lines=True)}[ending]
    assert read(path)["text_a"].tolist() == ["the bridge is open"]
    assert capsys.readouterr().out == ""


def test_parquet_needs_a_file(calls, report, capsys):
    assert main(["analyze", report, "--format", "parquet"]) == 2
    assert "--output" in capsys.readouterr().err
    assert calls == []


@pytest.mark.parametrize("table", ["pairs", "statements", "stances", "agreed", "unanswered", "unassigned", "summary"])
def test_every_table_can_be_shown_and_written(calls, report, capsys, table):
    assert main(["analyze", report, "--table", table]) == 0
    assert main(["analyze", report, "--table", table, "--format", "csv"]) == 0
    assert "Traceback" not in capsys.readouterr().err


def test_stances_show_the_probability_of_the_verdict(calls, report, capsys):
    assert main(["analyze", report, "--table", "stances"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].split() == ["Aria", "the", "bridge", "favor", "0.80", "s1"]


def test_top_cuts_rows_and_says_so(calls, report, capsys, monkeypatch):
    monkeypatch.setattr(FakeAnalyzer, "p", (0.9, 0.8, 0.7))
    assert main(["analyze", report, "--top", "2"]) == 0
    out, err = capsys.readouterr()
    lines = [line.strip() for line in out.splitlines()]
    assert [lines.index("1  p_contested 0.90"), lines.index("2  p_contested 0.80")] == [0, 4]  # a blank line between
    assert "0.70" not in out
    assert "the first 2 of 3 rows" in err


def test_bad_report_costs_one_line_and_the_others_go_on(calls, report, capsys, tmp_path):
    one_sided = tmp_path / "monologue.txt"
    one_sided.write_text("Aria said the bridge is open.")
    assert main(["analyze", str(tmp_path / "missing.txt"), report, str(one_sided)]) == 1
    out, err = capsys.readouterr()
    assert "the bridge is open" in out
    assert [line for line in err.splitlines() if "missing.txt" in line] == err.splitlines()[:1]
    assert "narratives: monologue: fewer than two sides" in err.splitlines()


def test_no_usable_report_gives_no_data(calls, capsys, tmp_path):
    assert main(["analyze", str(tmp_path / "missing.txt"), "--format", "csv"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1


def test_reports_of_one_stem_are_named_by_their_paths(calls, report, capsys, tmp_path):
    (tmp_path / "b").mkdir()
    other = tmp_path / "b" / "bridge.txt"
    other.write_text(TEXT)
    assert main(["analyze", report, str(other)]) == 0
    out = capsys.readouterr().out
    assert [read.report_id for read in calls[0]["reports"]] == [report, str(other)]
    assert str(other) in out.replace("\n", "")


def test_guessed_encoding_is_told(calls, tmp_path, capsys):
    path = tmp_path / "latin.txt"
    path.write_bytes(f"{TEXT} Café déjà vu, naïve señor, über Straße.".encode("latin-1"))
    assert main(["analyze", str(path)]) == 0
    assert "which is a guess" in capsys.readouterr().err


def test_report_on_standard_input(calls, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO(TEXT))
    assert main(["analyze", "-"]) == 0
    assert calls[0]["reports"][0].text == TEXT


def test_page_is_written(calls, report, tmp_path, capsys):
    page = tmp_path / "page.html"
    assert main(["analyze", report, "--html", str(page)]) == 0
    assert "the bridge is open" in page.read_text()
    assert f"page written to {page}" in capsys.readouterr().err.replace("\n", "")


def test_page_in_a_folder_that_is_not_there_is_refused_before_the_work(calls, report, capsys):
    assert main(["analyze", report, "--html", "no/such/page.html"]) == 2
    assert "folder that exists" in capsys.readouterr().err
    assert calls == []


def test_library_error_is_one_line(calls, report, capsys):
    assert main(["analyze", report, "--model", "no/such"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "narratives: there is no model at no/such; expected a directory\n"


def test_file_that_cannot_be_written_is_one_line(calls, report, capsys, monkeypatch):
    def refuse(*args, **kwargs):
        raise PermissionError(13, "Permission denied", "page.html")

    monkeypatch.setattr(Analysis, "to_html", refuse)
    assert main(["analyze", report, "--html", "page.html"]) == 1
    assert capsys.readouterr().err.splitlines()[-1] == "narratives: page.html cannot be used: Permission denied"


@pytest.mark.parametrize(
    "arguments",
    [[], ["analyze"], ["analyse", "x"], ["analyze", "x", "--top", "0"], ["analyze", "x", "--threshold", "2"],
     ["analyze", "x", "--side", "=Tom"], ["analyze", "x", "--table", "claims"], ["compare"]],
)  # fmt: skip
def test_usage_errors_exit_with_2(calls, arguments, capsys):
    assert main(arguments) == 2
    assert capsys.readouterr().out == "" or arguments == []


def test_compare_takes_the_file_and_the_options(calls, capsys):
    assert main(["compare", "statements.csv", "--target", "the bridge", "--threshold", "0.6"]) == 0
    (call,) = calls
    assert (call["data"], call["targets"], call["threshold"]) == ("statements.csv", ["the bridge"], 0.6)
    assert "the bridge is open" in capsys.readouterr().out


def test_model_is_described(calls, capsys):
    assert main(["model", "--model", "m"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "identity: fake-1",
        "labels: entailment, neutral",
        "device: cpu",
        "precision: float32",
        "signature: narratives:0.1.0|model:fake-1",
    ]


def test_statements_are_listed_without_a_model(report, capsys, monkeypatch):
    monkeypatch.setattr("narratives.pipeline.find_statements", lambda report, sides: ((), find(report)))
    assert main(["statements", report, "--format", "csv"]) == 0
    out, err = capsys.readouterr()
    frame = pd.read_csv(io.StringIO(out), keep_default_na=False)
    assert frame["side"].tolist() == ["Aria", "Borduria", ""]
    assert frame["signature"].str.contains("sides:discovered").all()
    assert "3 statements, 1 of Aria, 1 of Borduria, 1 of no side" in err


def test_statements_take_the_sides(report, capsys, monkeypatch):
    given = []
    monkeypatch.setattr(
        "narratives.pipeline.find_statements", lambda report, sides: (given.append(sides), find(report))
    )
    assert main(["statements", report, "--side", "Aria=Tom", "--side", "Borduria"]) == 0
    assert given == [[Side("Aria", ("Tom",)), Side("Borduria")]]
    assert "the bridge is open" in capsys.readouterr().out


def test_sides_are_listed(report, capsys, monkeypatch):
    found = (Side("Aria", ("Tom", "the minister")), Side("Borduria"))
    monkeypatch.setattr("narratives.pipeline.find_statements", lambda report, sides: (found, []))
    assert main(["sides", report, "--format", "csv"]) == 0
    assert capsys.readouterr().out == '"side","aliases"\n"Aria","Tom,the minister"\n"Borduria",""\n'


def test_sides_that_are_not_found_are_one_line(report, capsys, monkeypatch):
    def refuse(report, sides):
        raise SidesError("found 1 side; expected two")

    monkeypatch.setattr("narratives.pipeline.find_statements", refuse)
    assert main(["sides", report]) == 1
    assert capsys.readouterr().err == "narratives: found 1 side; expected two\n"


def test_sides_parse():
    assert parse_sides(None) is None
    assert parse_sides(["A = x , y,", "B"]) == [Side("A", ("x", "y")), Side("B")]


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_terminal_gets_colour_its_width_and_no_foreign_escapes(monkeypatch):
    monkeypatch.setenv("COLUMNS", "50")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    frame = make_analysis([Report.from_text(TEXT)]).contested
    frame["text_a"] = "[red]wide[/red] \x1b[2J\u202e words\n" * 20
    monkeypatch.setattr("sys.stdout", Terminal())
    output.write_frame(frame, "contested", format=Format.TABLE)
    shown = sys.stdout.getvalue()
    assert "\x1b[1m" in shown
    assert "\x1b[2J" not in shown
    assert "\u202e" not in shown
    assert "[red]wide" in shown
    plain = Report.from_text(shown).text.replace("\x1b[0m", "")
    assert max(len(line.split("m")[-1]) for line in plain.splitlines()) <= 50
