"""The command line: arguments, files, messages and exit codes. Data goes to stdout, everything else to stderr."""

from __future__ import annotations

import io
import os
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from narratives import __version__
from narratives.cli.options import (
    ChoiceOption,
    Format,
    FormatOption,
    HtmlOption,
    ModelOption,
    OutputOption,
    ReportArgument,
    ReportsArgument,
    SideOption,
    Table,
    TableArgument,
    TargetOption,
    ThresholdOption,
    TopOption,
    choose_format,
    parse_sides,
)
from narratives.errors import NarrativesError
from narratives.show.visible import escape_hidden
from narratives.types import Options, Report, Side

if TYPE_CHECKING:  # the commands import what they run, so that --help waits for none of it
    from narratives.analysis import Analysis
    from narratives.pipeline import Analyzer

HELP = """Find who says what in a report, and which claims the sides contest.

\b
A report, and a page to open in a browser:
  narratives analyze call.txt --html call.html
\b
The same, with the sides named (far better than leaving them to be discovered):
  narratives analyze call.txt --side "State Department=Blinken,Washington" --side "Baku=Aliyev,press service"
\b
Rows for a program, or statements that are already in hand:
  narratives analyze *.txt --table pairs --output pairs.parquet
  narratives compare statements.csv --format jsonl | jq .text_a

Data goes to standard output, messages and counts to standard error. Exit codes: 0 done (also with nothing contested),
1 an input or a model could not be used, 2 the command was not understood.
"""

app = typer.Typer(
    help=HELP,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        argv: The arguments; None takes those of the process.

    Returns:
        The exit code: 0 done, 1 an input, a model or a file could not be used, 2 usage.
    """
    if isinstance(sys.stdout, io.TextIOWrapper) and not sys.stdout.isatty():
        sys.stdout.reconfigure(encoding="utf-8")
    try:
        app(args=None if argv is None else list(argv), prog_name="narratives")
    except SystemExit as stop:
        return _flush(stop.code if isinstance(stop.code, int) else 0)
    except NarrativesError as error:
        _say(str(error))
    except OSError as error:
        _say(f"{error.filename or 'a file'} cannot be used: {error.strerror or error}")
    return _flush(1)


def _flush(code: int) -> int:
    """Write what is buffered; a reader that has left, as `head` does, is no error worth a message."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code


def _say(message: str) -> None:
    """Say something on one line of stderr."""
    typer.echo(f"narratives: {escape_hidden(' '.join(message.split()))}", err=True)


def make_analyzer(
    sides: list[Side] | None = None, model: str | None = None, threshold: float | None = None
) -> Analyzer:
    """Make the analyzer of a command; progress is shown when a person watches.

    Args:
        sides: None to discover them.
        model: None for the embedded model.
        threshold: None for the shipped one.

    Returns:
        The analyzer; its model loads when it is first needed.
    """
    from narratives.pipeline import Analyzer

    return Analyzer(sides, model=model, options=Options(threshold=threshold, progress=sys.stderr.isatty()))


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"narratives {__version__}")
        raise typer.Exit


@app.callback()
def _callback(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Hold the options that stand before a command."""


@app.command()
def analyze(
    reports: ReportsArgument,
    side: SideOption = None,
    target: TargetOption = None,
    model: ModelOption = None,
    threshold: ThresholdOption = None,
    format: FormatOption = None,
    output: OutputOption = None,
    html: HtmlOption = None,
    top: TopOption = None,
    table: ChoiceOption = Table.CONTESTED,
) -> None:
    """Find what the sides of reports contest.

    A report that cannot be used costs one line on stderr and the exit code 1; the others are still analysed.
    """
    chosen = choose_format(format, output)
    analyzer = make_analyzer(parse_sides(side), model, threshold)
    read = _read_reports(reports)
    if not read:
        raise typer.Exit(1)
    analysis = analyzer.analyze_many(read, targets=target or None)
    for row in analysis.errors.itertuples():
        _say(f"{row.report_id}: {row.error}")
    if analysis.reports:
        _hand_over(analysis, table, chosen, output, html, top)
    if len(analysis.reports) < len(reports):
        raise typer.Exit(1)


@app.command()
def compare(
    file: TableArgument,
    target: TargetOption = None,
    model: ModelOption = None,
    threshold: ThresholdOption = None,
    format: FormatOption = None,
    output: OutputOption = None,
    html: HtmlOption = None,
    top: TopOption = None,
    table: ChoiceOption = Table.CONTESTED,
) -> None:
    """Find what statements that are already in hand contest."""
    chosen = choose_format(format, output)
    analysis = make_analyzer(None, model, threshold).compare(file, targets=target or None)
    _hand_over(analysis, table, chosen, output, html, top)


@app.command()
def statements(
    report: ReportArgument,
    side: SideOption = None,
    format: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """List who says what in a report; needs no model.

    Statements that no side claims are listed too; their side is empty.
    """
    from narratives.cli.output import write_frame
    from narratives.pipeline import find_statements
    from narratives.provenance import sides_digest, sign
    from narratives.table import statements_table

    chosen = choose_format(format, output)
    sides = parse_sides(side)
    _, found = find_statements(_read_report(report), sides)
    signature = sign(attribution="rules", sides=sides_digest(sides))
    write_frame(statements_table(found, signature), "statements", format=chosen, output=output)
    counts = Counter(statement.side or "no side" for statement in found)
    _say(f"{len(found)} statements" + "".join(f", {n} of {name}" for name, n in counts.items()))


@app.command()
def sides(report: ReportArgument, format: FormatOption = None, output: OutputOption = None) -> None:
    """List the sides found in a report, with their aliases."""
    import pandas as pd

    from narratives.cli.output import write_frame
    from narratives.pipeline import find_statements

    chosen = choose_format(format, output)
    found, _ = find_statements(_read_report(report), None)
    frame = pd.DataFrame({"side": [one.name for one in found], "aliases": [",".join(one.aliases) for one in found]})
    write_frame(frame, "sides", format=chosen, output=output)
    _say('to change them, give each as --side "NAME=ALIAS,ALIAS"')


@app.command(name="model")
def show_model(model: ModelOption = None) -> None:
    """Print which model scores the pairs.

    One line each: identity, labels, device, precision, signature.
    """
    analyzer = make_analyzer(model=model)
    loaded = analyzer.model
    typer.echo(f"identity: {loaded.identity}")
    typer.echo(f"labels: {', '.join(getattr(loaded, 'labels', ()))}")
    typer.echo(f"device: {getattr(loaded, 'device', '')}")
    typer.echo(f"precision: {getattr(loaded, 'precision', '')}")
    typer.echo(f"signature: {analyzer.sign()}")


def _read_report(source: str, *, report_id: str | None = None) -> Report:
    """Read a report, and say so when its encoding is a guess."""
    from narratives.extract.reading import read_report

    report = read_report(source, report_id=report_id)
    if report.encoding_guessed:
        _say(f"{source} is no UTF-8; read as {report.encoding}, which is a guess")
    return report


def _read_reports(sources: list[str]) -> list[Report]:
    """Read what can be read; files of equal stems are named by their paths."""
    stems = Counter(Path(source).stem for source in sources)
    read = []
    for source in sources:
        try:
            read.append(_read_report(source, report_id=source if stems[Path(source).stem] > 1 else None))
        except NarrativesError as error:
            _say(f"{source}: {error}")
    return read


def _hand_over(
    analysis: Analysis, table: Table, format: Format, output: Path | None, html: Path | None, top: int | None
) -> None:
    """Write rows and page, and say how much there is."""
    from narratives.cli.output import write_frame

    frame = getattr(analysis, table.value)
    shown = frame if top is None else frame.head(top)
    write_frame(shown, table.value, format=format, output=output)
    sides = ", ".join(f"{n} of {name}" for name, n in Counter(analysis.statements["side"]).items())
    _say(
        f"{len(analysis.statements)} statements{f' ({sides})' if sides else ''}, "
        f"{len(analysis.unassigned)} more of no side; {len(analysis.pairs)} pairs, {len(analysis.contested)} contested "
        f"(p_contested from {analysis.threshold:.2f} on), {len(analysis.agreed)} agreed"
    )
    if len(shown) < len(frame):
        _say(f"the first {len(shown)} of {len(frame)} rows were written; a higher --top gives more")
    if truncated := int(analysis.pairs["truncated"].sum()):
        _say(f"{truncated} pairs are longer than the model reads at once and were judged in pieces")
    if html is not None:
        analysis.to_html(html)
        _say(f"page written to {html}")
