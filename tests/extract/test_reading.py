"""Files, streams and pages become reports, text unchanged; what cannot be read says why."""

import io
import sys
from pathlib import Path

import pandas as pd
import pytest

from narratives.errors import MissingDependencyError, ReportError, SchemaError
from narratives.extract.reading import read_report, read_statements

TEXT = "Akorda said: “No.”\r\n\r\n  The Uzbek side — no comment.\t\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "call.txt"


def test_plain_text_is_kept_character_for_character(path):
    path.write_bytes(TEXT.encode())
    report = read_report(path)
    assert report.text == TEXT
    assert (report.report_id, report.encoding, report.encoding_guessed) == ("call", "utf-8", False)
    assert read_report(str(path), report_id="r1").report_id == "r1"


@pytest.mark.parametrize("suffix", [".txt", ".md", ".TXT", ""])
def test_endings_of_plain_text(tmp_path, suffix):
    path = tmp_path / f"call{suffix}"
    path.write_bytes(b"# Call\n\n*He* said no.\n")
    assert read_report(path).text == "# Call\n\n*He* said no.\n"


@pytest.mark.parametrize(("encoding", "recorded"), [("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16")])
def test_byte_order_mark_is_no_text(path, encoding, recorded):
    path.write_bytes(TEXT.encode(encoding))
    report = read_report(path)
    assert report.text == TEXT
    assert (report.encoding, report.encoding_guessed) == (recorded, False)


def test_other_encodings_are_guessed_and_said_to_be(path):
    text = "Министерство заявило, что договор нарушен. Посольство ответило, что это неправда.\r\n" * 4
    path.write_bytes(text.encode("cp1251"))
    report = read_report(path)
    assert report.text == text
    assert report.encoding_guessed
    assert report.encoding == "cp1251"


def test_open_files(path):
    path.write_bytes(TEXT.encode())
    with path.open("rb") as binary:
        report = read_report(binary)
    assert (report.text, report.report_id) == (TEXT, "call")
    with path.open(encoding="utf-8", newline="") as lines:
        assert read_report(lines).text == TEXT
    assert read_report(io.BytesIO(b"He said no.")).report_id == "report"
    assert read_report(io.StringIO("\ufeffHe said no.")).text == "He said no."


def test_dash_is_standard_input(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TEXT.encode()), encoding="ascii"))
    report = read_report("-")
    assert (report.text, report.report_id) == (TEXT, "stdin")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b" \n\t\r\n", "is empty"),
        (b"PK\x03\x04\x00\x00report", "binary data"),
        (b"abc\xff\x00\xfe", "binary data"),
        (b"\x01\x02\x03\x04 said \x05\x06", "binary data"),
        (b"\xef\xbb\xbf", "empty"),
    ],
)
def test_files_without_text(path, content, message):
    path.write_bytes(content)
    with pytest.raises(ReportError, match=message):
        read_report(path)


def test_missing_file_points_to_from_text(tmp_path):
    for source in ("Baku said no. Yerevan said yes.", tmp_path / "none.txt", "x" * 5000, "a\0b"):
        with pytest.raises(ReportError, match=r"there is no file .*Report\.from_text"):
            read_report(source)


def test_folder_and_foreign_objects(tmp_path):
    with pytest.raises(ReportError, match="is a folder"):
        read_report(tmp_path)
    with pytest.raises(ReportError, match="cannot be read from int; expected a text file"):
        read_report(7)


PAGE = """<!doctype html><html><head><title>Planters row</title></head><body>
<nav><a href="/">Home</a> <a href="/sport">Sport</a></nav>
<article><h1>Planters row splits street</h1>
<p>Shutters on Kirkgate stayed half down all day on Tuesday, and so it is to go on until the planters are gone.</p>
<p>“The one leaflet I’ve had this year was for pizza,” said Stuart Mallinder, butcher and chairman.</p>
<p>Both had handed in their notice before there was a tub in the street, said Imran Shah, who manages the centre.</p>
</article><footer>All rights reserved</footer></body></html>"""


def test_page_gives_its_article(tmp_path):
    pytest.importorskip("trafilatura", exc_type=ImportError)
    path = tmp_path / "page.html"
    path.write_text(PAGE, encoding="utf-8")
    text = read_report(path).text
    assert "“The one leaflet I’ve had this year was for pizza,” said Stuart Mallinder" in text
    assert "rights reserved" not in text
    assert "<p>" not in text


def test_page_without_article(tmp_path):
    pytest.importorskip("trafilatura", exc_type=ImportError)
    path = tmp_path / "page.htm"
    path.write_text("<html><body></body></html>", encoding="utf-8")
    with pytest.raises(ReportError, match="no article"):
        read_report(path)


def test_page_without_the_extra(tmp_path, monkeypatch):
    path = tmp_path / "page.html"
    path.write_text(PAGE, encoding="utf-8")
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    with pytest.raises(MissingDependencyError, match=r"pip install narratives\[html\]"):
        read_report(path)


STATEMENTS = pd.DataFrame({"text": ["No schedule came.", "It was sent, twice."], "side": ["Kazakhstan", "Uzbekistan"]})


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("s.csv", lambda path: STATEMENTS.to_csv(path, index=False)),
        ("s.jsonl", lambda path: STATEMENTS.to_json(path, orient="records", lines=True)),
        ("s.parquet", lambda path: STATEMENTS.to_parquet(path)),
    ],
)
def test_statements_from_files(tmp_path, name, write):
    write(tmp_path / name)
    pd.testing.assert_frame_equal(read_statements(tmp_path / name), read_statements(STATEMENTS))


def test_statements_from_an_open_file_and_a_filtered_frame():
    assert read_statements(io.StringIO("side,text\nA,one\nB,two\n"))["text"].tolist() == ["one", "two"]
    assert read_statements(STATEMENTS.iloc[1:]).index.tolist() == [0]


def test_statements_that_cannot_be_used(tmp_path):
    with pytest.raises(SchemaError, match=r"columns \['text', 'party'\] and lack \['side'\]"):
        read_statements(STATEMENTS.rename(columns={"side": "party"}))
    holed = pd.DataFrame({"text": ["one", " ", None], "side": ["A", "B", "A"]})
    with pytest.raises(SchemaError, match=r"text is empty in rows \[1, 2\] \(2 of 3"):
        read_statements(holed)
    (tmp_path / "s.xlsx").write_bytes(b"x")
    with pytest.raises(SchemaError, match=r"s\.xlsx is no table .* \.csv, \.jsonl, \.parquet"):
        read_statements(tmp_path / "s.xlsx")
    (tmp_path / "s.parquet").write_bytes(b"no parquet")
    with pytest.raises(SchemaError, match="cannot be read as a table"):
        read_statements(tmp_path / "s.parquet")
    with pytest.raises(ReportError, match="there is no file"):
        read_statements("none.csv")
