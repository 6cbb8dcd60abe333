"""The result of an analysis: its frames, and the ways to look at them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from narratives import table
from narratives.show.page import render_page
from narratives.types import PairScores, Probabilities, Report, Side, Statement, StatementPair

AGREED_FROM = 0.5
"""A pair is agreed when the mean P(entailment) of both directions reaches this and it is not contested."""


@dataclass(frozen=True, slots=True, eq=False)
class Analysis:
    """What was found in one or several reports, as frames with the columns of `narratives.table.SCHEMA`.

    Attributes:
        statements: The statements of the sides, in text order.
        unassigned: Attributed statements that no side claims (third parties, unknown sources); `side` is empty.
        pairs: Every pair of statements across the sides, with all scores.
        contested: The pairs from the threshold on, most surely contested first, with places and sources.
        agreed: Pairs in which the sides say the same.
        stances: Where each side stands toward each target.
        summary: Counts for each report and pair of sides.
        errors: Reports that could not be analysed among several: report_id and the reason.
        signature: How the rows were made.
        reports: The reports, in their order; empty for statements that came in by hand.
        sides: Every side, in order of first appearance.
        threshold: The p_contested from which a pair counts as contested.
    """

    statements: pd.DataFrame
    unassigned: pd.DataFrame
    pairs: pd.DataFrame
    contested: pd.DataFrame
    agreed: pd.DataFrame
    stances: pd.DataFrame
    summary: pd.DataFrame
    errors: pd.DataFrame
    signature: str
    reports: tuple[Report, ...]
    sides: tuple[Side, ...]
    threshold: float

    @property
    def unanswered(self) -> pd.DataFrame:
        """The statements that the other sides neither contest nor repeat."""
        answered: set[tuple[str, str]] = set()
        for frame in (self.contested, self.agreed):
            for column in ("statement_a", "statement_b"):
                answered |= set(zip(frame["report_id"], frame[column], strict=True))
        keys = zip(self.statements["report_id"], self.statements["statement_id"], strict=True)
        keep = np.fromiter((key not in answered for key in keys), bool, len(self.statements))
        return self.statements[keep].reset_index(drop=True)

    def to_html(self, path: str | Path) -> Path:
        """Write the page: both accounts side by side, contested claims linked to their places.

        Args:
            path: File to write; one that exists is replaced.

        Returns:
            The path.
        """
        notes = [f"{row.report_id}: {row.error}" for row in self.errors.itertuples()]
        page = render_page(
            reports=self.reports,
            statements=self.statements,
            contested=self.contested,
            stances=self.stances,
            signature=self.signature,
            notes=notes,
        )
        path = Path(path)
        path.write_text(page, encoding="utf-8")
        return path

    def _repr_html_(self) -> str:
        """Show the contested claims in a notebook."""
        columns = ["p_contested", "side_a", "text_a", "side_b", "text_b"]
        shown = self.contested[columns].head(10).round(2).to_html(index=False, escape=True)
        return f"<p>{len(self.contested)} contested of {len(self.pairs)} pairs</p>{shown}"


def score_columns(
    scores: PairScores, p_contested: Probabilities, threshold: float, signature: str
) -> dict[str, object]:
    """Give the score columns that `pairs` and `scores` have in common."""
    columns: dict[str, object] = {}
    for direction, probs in (("ab", scores.ab), ("ba", scores.ba)):
        for index, label in enumerate(("entailment", "neutral", "contradiction")):
            columns[f"p_{label}_{direction}"] = probs[:, index]
    return columns | {
        "contradiction": scores.contradiction,
        "p_contested": p_contested,
        "contested": p_contested >= threshold,
        "truncated": scores.truncated,
        "signature": signature,
    }


def pairs_frame(
    pairs: Sequence[StatementPair], scores: PairScores, p_contested: Probabilities, threshold: float, signature: str
) -> pd.DataFrame:
    """Make the frame that `pairs`, `contested` and `agreed` are cut from."""
    columns: dict[str, object] = {
        "report_id": [pair.a.report_id for pair in pairs],
        "pair_id": [f"{pair.a.statement_id}~{pair.b.statement_id}" for pair in pairs],
    }
    for letter in ("a", "b"):
        of_side: list[Statement] = [getattr(pair, letter) for pair in pairs]
        columns[f"statement_{letter}"] = [statement.statement_id for statement in of_side]
        for name in ("side", "text", "claim", "source", "cue", "start", "end"):
            columns[f"{name}_{letter}"] = [getattr(statement, name) for statement in of_side]
    return pd.DataFrame(columns | score_columns(scores, p_contested, threshold, signature))


def summary_table(
    statements: Sequence[Statement], frame: pd.DataFrame, agreed: npt.NDArray[np.bool_], signature: str
) -> pd.DataFrame:
    """Count statements, pairs and verdicts for each report and pair of sides."""
    counts: dict[tuple[str, str], int] = {}
    for statement in statements:
        key = (statement.report_id, statement.side)
        counts[key] = counts.get(key, 0) + 1
    rows = [
        {
            "report_id": report_id,
            "side_a": side_a,
            "side_b": side_b,
            "n_statements_a": counts[str(report_id), str(side_a)],
            "n_statements_b": counts[str(report_id), str(side_b)],
            "n_pairs": len(part),
            "n_contested": int(part["contested"].sum()),
            "n_agreed": int((part["agreed"] & ~part["contested"]).sum()),
            "n_truncated": int(part["truncated"].sum()),
            "signature": signature,
        }
        for (report_id, side_a, side_b), part in frame.assign(agreed=agreed).groupby(
            ["report_id", "side_a", "side_b"], sort=False
        )
    ]
    return table.build(rows, "summary")
