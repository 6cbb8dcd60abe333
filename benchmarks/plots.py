"""`python -m benchmarks.plots`: draw docs/reliability.png and docs/curve.png from the results. Needs `.[plots]`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from benchmarks.results import Row, read_results

DOCS = Path(__file__).parents[1] / "docs"
_SHOWN = {"contest": ("disputes", "reports", "real"), "nli": ("mnli-dev_matched",)}
_FORM_STYLES = {"claims": "-", "words": "--"}


def _axes(width: float, height: float) -> tuple[Any, Any]:
    """Give a figure with one plot, drawn without a window."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    return plt.subplots(figsize=(width, height), dpi=120, layout="constrained")


def _reliability_rows(results: dict[str, list[dict[str, Any]]]) -> list[tuple[str, str, Row]]:
    """Choose the rows of the embedded model that are drawn, with their names and line styles."""
    rows = []
    for suite, names in _SHOWN.items():
        for row in (row for result in results.get(suite, ())[:1] for row in result["rows"]):
            if row["set"] in names and row.get("method") in ("contested output", "model") and "reliability" in row:
                form = row.get("form", "claims")
                label = f"{row['set']}, {form}" if "form" in row else f"{row['set']}, highest of three"
                rows.append((f"{label}: ECE {row['ece']:.3f}", _FORM_STYLES[form], row))
    return rows


def draw_reliability(results: dict[str, list[dict[str, Any]]], path: Path) -> None:
    """Draw probability against the share that was right, one line a set; a bin of fewer than ten rows is left out.

    Args:
        results: Suite → results.
        path: The picture.
    """
    figure, plot = _axes(6, 5)
    plot.plot([0, 1], [0, 1], color="0.7", linewidth=1)
    for label, style, row in _reliability_rows(results):
        bins = [entry for entry in row["reliability"] if entry["n"] >= 10]
        plot.plot([b["p"] for b in bins], [b["right"] for b in bins], style, marker="o", markersize=3, label=label)
    plot.set(xlabel="probability given", ylabel="share right (or contested)", xlim=(0, 1), ylim=(0, 1))
    plot.legend(fontsize=7)
    figure.savefig(path)


def draw_curve(results: dict[str, list[dict[str, Any]]], path: Path) -> None:
    """Draw average precision against the number of labelled disputes, with 95 % intervals.

    Args:
        results: Suite → results.
        path: The picture.
    """
    figure, plot = _axes(6, 4)
    rows = [row for row in results["curve"][0]["rows"] if "not_run" not in row]
    for name in dict.fromkeys((row["set"], row["form"]) for row in rows):
        points = [row for row in rows if (row["set"], row["form"]) == name]
        x, y = [p["n_disputes"] for p in points], [p["ap"] for p in points]
        low = [p["ap"] - p["ap_interval"][0] for p in points]
        high = [p["ap_interval"][1] - p["ap"] for p in points]
        style = _FORM_STYLES[name[1]]
        plot.errorbar(x, y, yerr=[low, high], fmt=f"o{style}", markersize=4, capsize=3, label=", ".join(name))
    plot.set(xscale="log", xlabel="labelled disputes trained on", ylabel="average precision of contested", ylim=(0, 1))
    plot.set_xticks(x, [str(value) for value in x])
    plot.minorticks_off()
    plot.legend(fontsize=7)
    figure.savefig(path)


def main() -> int:
    """Draw what there are results for.

    Returns:
        Exit code 0.
    """
    results = read_results()
    draw_reliability(results, DOCS / "reliability.png")
    if "curve" in results:
        draw_curve(results, DOCS / "curve.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
