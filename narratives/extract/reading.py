"""Files, streams and pages → `Report`; tables → statements already in hand."""

from __future__ import annotations

import codecs
import io
import re
import sys
from pathlib import Path
from typing import IO, Any

import charset_normalizer
import pandas as pd

from narratives.errors import MissingDependencyError, ReportError, SchemaError
from narratives.types import Report

_HTML = {".html", ".htm"}
_BOMS = (  # the longer ones first: that of UTF-32 starts with that of UTF-16
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHARSET = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MAX_CONTROLS = 0.01
_ACCEPTED = "a text file (.txt, .md), a page (.html, .htm), an open file, or - for standard input"
_READERS = {".csv": "read_csv", ".jsonl": "read_json", ".parquet": "read_parquet"}


def read_report(source: str | Path | IO[str] | IO[bytes], *, report_id: str | None = None) -> Report:
    """Read a report, its text character for character as the file holds it.

    Bytes are decoded as UTF-8, or as their byte order mark says; failing both, the encoding is guessed and the report
    says so. Newlines stay as they are. Of a page (.html) the main text is taken.

    Args:
        source: A path, an open text or binary file, or `-` for standard input.
        report_id: Names the report in every row; by default the file's stem.

    Returns:
        The report.

    Raises:
        ReportError: There is no such file, or it is a folder, empty, binary or in no known encoding.
        MissingDependencyError: The source is a page and the extra `html` is not installed.
    """
    raw, name = _read(source)
    place = name or "the open file"
    if not raw.strip():
        raise ReportError(f"{place} is empty; expected some text to analyse")
    html = Path(name).suffix.lower() in _HTML
    if isinstance(raw, str):
        text, encoding, guessed = raw.removeprefix("\ufeff"), str(getattr(source, "encoding", None) or ""), False
    else:
        text, encoding, guessed = _decode(raw, place, html=html)
    if len(_CONTROLS.findall(text)) > _MAX_CONTROLS * len(text) or "\0" in text:
        raise ReportError(f"{place} holds binary data; expected {_ACCEPTED}. Save its text as .txt first")
    if html:
        text = _main_text(text, place)
    return Report(
        text=text, report_id=report_id or Path(name).stem or "report", encoding=encoding, encoding_guessed=guessed
    )


def read_statements(source: str | Path | IO[str] | IO[bytes] | pd.DataFrame) -> pd.DataFrame:
    """Read statements already in hand, one a row.

    Args:
        source: A frame, or a .csv, .jsonl or .parquet file, or an open CSV file (`-` for standard input), with the
            columns `text` and `side`, and where known `report_id`, `source` and `date`.

    Returns:
        The rows in their order, indexed from 0; `text` and `side` as strings.

    Raises:
        SchemaError: The file cannot be read as a table, a column is missing, or a text or side is empty.
        ReportError: There is no such file.
    """
    frame = source if isinstance(source, pd.DataFrame) else _read_table(source)
    missing = [column for column in ("text", "side") if column not in frame.columns]
    if missing:
        raise SchemaError(
            f"the statements have the columns {list(frame.columns)} and lack {missing}; "
            "expected text and side (and report_id, source, date where known)"
        )
    frame = frame.reset_index(drop=True)
    for column in ("text", "side"):
        cells = frame[column].astype("string").fillna("")
        empty = cells.index[cells.str.strip() == ""].tolist()
        if empty:
            raise SchemaError(
                f"the column {column} is empty in rows {empty[:10]} ({len(empty)} of {len(frame)}, counted from 0); "
                "fill them or leave those rows out"
            )
        frame[column] = cells.astype(str)
    return frame


def _read(source: str | Path | IO[str] | IO[bytes]) -> tuple[str | bytes, str]:
    """Give what a source holds, and its name where it has one."""
    if source == "-":
        return getattr(sys.stdin, "buffer", sys.stdin).read(), "stdin"
    if isinstance(source, str | Path):
        return _existing(source).read_bytes(), str(source)
    if not hasattr(source, "read"):
        raise ReportError(f"a report cannot be read from {type(source).__name__}; expected {_ACCEPTED}")
    name = getattr(source, "name", "")
    return source.read(), name if isinstance(name, str) else ""


def _existing(source: str | Path) -> Path:
    """Give the path of a file that can be read."""
    path = Path(source)
    shown = repr(str(source) if len(str(source)) <= 80 else f"{str(source)[:80]}…")
    try:
        if path.is_file():
            return path
        folder = path.is_dir()
    except (OSError, ValueError):  # a text given as a path: too long, or with a NUL in it
        folder = False
    if folder:
        raise ReportError(f"{shown} is a folder; expected {_ACCEPTED}")
    raise ReportError(f"there is no file {shown}; expected {_ACCEPTED}. For a text in hand use Report.from_text(text)")


def _decode(raw: bytes, place: str, *, html: bool) -> tuple[str, str, bool]:
    """Decode bytes: text, encoding, and whether the encoding was guessed."""
    marked = next((encoding for bom, encoding in _BOMS if raw.startswith(bom)), None)
    declared = _CHARSET.search(raw[:4096]) if html else None
    for encoding in (marked or "utf-8", declared and declared[1].decode("ascii")):
        try:
            if encoding:
                return raw.decode(encoding), encoding, False
        except (UnicodeDecodeError, LookupError):
            continue
    if b"\0" in raw:
        raise ReportError(f"{place} holds binary data; expected {_ACCEPTED}. Save its text as .txt first")
    best = charset_normalizer.from_bytes(raw).best()
    if best is None:
        raise ReportError(f"{place} is in no encoding that can be recognised; save it as UTF-8")
    return raw.decode(best.encoding), best.encoding, True


def _main_text(page: str, place: str) -> str:
    """Take headline and article out of a page."""
    try:
        import trafilatura
    except ImportError as error:
        raise MissingDependencyError(
            f"{place} is a page, and trafilatura, which reads pages, cannot be imported ({error}); "
            "pip install narratives[html]"
        ) from error
    text = trafilatura.extract(page, include_comments=False, include_tables=False)
    if not text:
        raise ReportError(f"{place} has no article that can be recognised; save its text as .txt")
    return str(text)


def _read_table(source: str | Path | IO[str] | IO[bytes]) -> pd.DataFrame:
    """Read a table by the ending of its name; an open file without one is CSV."""
    raw, name = _read(source)
    suffix = Path(name).suffix.lower() if name != "stdin" else ""
    if suffix and suffix not in _READERS:
        raise SchemaError(f"{name} is no table that can be read; expected one of {', '.join(_READERS)}")
    reader = _READERS[suffix or ".csv"]
    options: dict[str, Any] = {"lines": True} if reader == "read_json" else {}
    try:
        frame = getattr(pd, reader)(io.StringIO(raw) if isinstance(raw, str) else io.BytesIO(raw), **options)
    except (ValueError, OSError) as error:  # pandas and pyarrow derive theirs from these
        raise SchemaError(f"{name or 'the open file'} cannot be read as a table: {error}") from error
    return pd.DataFrame(frame)
