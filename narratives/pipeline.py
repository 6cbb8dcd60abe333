"""From reports, or from statements in hand, to an `Analysis`: the steps in their order."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from narratives import table
from narratives.analysis import AGREED_FROM, Analysis, pairs_frame, summary_table
from narratives.contrast.contest import ContestJudge
from narratives.contrast.pair import pair_statements
from narratives.contrast.score import score_pairs as score_text_pairs
from narratives.contrast.stance import judge_stances
from narratives.contrast.targets import find_targets
from narratives.errors import InputError, NarrativesError, SidesError
from narratives.extract.attribute import RuleAttributor
from narratives.extract.discover import discover_sides
from narratives.extract.reading import read_report, read_statements
from narratives.extract.sides import assign_sides, make_sides
from narratives.models import identity_of, load_encoder, load_model
from narratives.provenance import digest, sides_digest, sign
from narratives.types import (
    STANCES,
    Attribution,
    Attributor,
    Encoder,
    NLIModel,
    Options,
    Pair,
    PairScores,
    Probabilities,
    Report,
    Side,
    Statement,
)

logger = logging.getLogger(__name__)

SidesLike = Mapping[str, Sequence[str]] | Sequence[Side]
ReportLike = Report | str | Path


def find_statements(
    report: ReportLike, sides: SidesLike | None = None, *, attributor: Attributor | None = None
) -> tuple[tuple[Side, ...], list[Statement]]:
    """Find who says what, without scoring anything.

    Args:
        report: A report, or the path of one.
        sides: Name → aliases; None to discover them.
        attributor: Instead of the rules.

    Returns:
        The sides and all attributed statements in text order; `side` is empty where no side claims the source.

    Raises:
        SidesError: Sides cannot be used, or fewer than two were found.
        ReportError: The report cannot be read.
    """
    report = _as_report(report)
    attributions: list[Attribution] = (attributor or RuleAttributor()).find_attributions(report)
    known = discover_sides(report, attributions) if sides is None else make_sides(sides)
    return known, assign_sides(report, attributions, known)


def _as_report(report: ReportLike) -> Report:
    return report if isinstance(report, Report) else read_report(report)


def _as_statements(data: Mapping[str, Sequence[str]] | pd.DataFrame | str | Path) -> list[Statement]:
    """Make statements of texts in hand; each text is a statement of its own, from its first to its last character."""
    if isinstance(data, Mapping):
        for side, texts in data.items():
            if isinstance(texts, str):
                raise InputError(f"the statements of {side!r} are one string; expected a list of strings")
        rows = [{"side": side, "text": text} for side, texts in data.items() for text in texts]
        data = pd.DataFrame(rows, columns=["side", "text"])
    frame = read_statements(data)
    report_ids = frame["report_id"] if "report_id" in frame else ["comparison"] * len(frame)
    sources = frame["source"].fillna("") if "source" in frame else frame["side"]
    return [
        Statement(
            report_id=str(report_id),
            statement_id=f"s{number}",
            side=side,
            source=str(source),
            cue="",
            text=text,
            claim=text,
            start=0,
            end=len(text),
            quotation="direct",
            found_by="given",
        )
        for number, (report_id, side, source, text) in enumerate(
            zip(report_ids, frame["side"], sources, frame["text"], strict=True), start=1
        )
    ]


class Analyzer:
    """Holds the sides, the model and the options, so that many reports are analysed alike.

    Args:
        sides: Name → aliases (names, roles, capitals, institutions that speak for it); None to discover them in
            each report.
        model: None for the embedded model, a directory, a hub id, or an object with `predict`.
        encoder: Gives the similarity of texts; None for the embedded one.
        attributor: Finds who says what; None for the rules.
        options: Threshold, progress and the like.

    Raises:
        SidesError: The sides cannot be used.
        ModelError: The model cannot be loaded.
    """

    def __init__(
        self,
        sides: SidesLike | None = None,
        *,
        model: Any = None,
        encoder: Encoder | None = None,
        attributor: Attributor | None = None,
        options: Options | None = None,
    ) -> None:
        self.sides = None if sides is None else make_sides(sides)
        self.options = options or Options()
        self._given_model = model
        self._given_encoder = encoder
        self._attributor = attributor or RuleAttributor()

    @cached_property
    def model(self) -> NLIModel:
        """The NLI model, loaded at first use."""
        model: NLIModel = load_model(self._given_model)
        return model

    @cached_property
    def encoder(self) -> Encoder:
        """The similarity encoder, loaded at first use."""
        return self._given_encoder or load_encoder()

    @cached_property
    def _judge(self) -> ContestJudge:
        return ContestJudge.shipped(self.encoder)

    def analyze(self, report: ReportLike, *, targets: Sequence[str] | None = None) -> Analysis:
        """Analyse one report.

        Args:
            report: A report, or the path of one.
            targets: Stance targets; None to find what both sides speak of.

        Returns:
            The analysis.

        Raises:
            ReportError: The report cannot be read.
            SidesError: No sides were given and fewer than two were found.
            ModelError: The model cannot be loaded.
        """
        return self._analyze([_as_report(report)], targets, keep_going=False)

    def analyze_many(self, reports: Sequence[ReportLike], *, targets: Sequence[str] | None = None) -> Analysis:
        """Analyse several reports together, batching across them.

        Args:
            reports: Reports or paths, with different ids.
            targets: Stance targets for all; None to find them in each.

        Returns:
            One analysis with the rows of all; a report that cannot be analysed is a row of `errors`.

        Raises:
            InputError: Two reports have the same id.
            ModelError: The model cannot be loaded.
        """
        return self._analyze(list(reports), targets, keep_going=True)

    def compare(
        self, data: Mapping[str, Sequence[str]] | pd.DataFrame | str | Path, *, targets: Sequence[str] | None = None
    ) -> Analysis:
        """Contrast statements that are already in hand.

        Args:
            data: Side → texts; or a frame, or a CSV, JSONL or Parquet file, with columns text and side
                [, report_id, source, date].
            targets: Stance targets; None to find what both sides speak of.

        Returns:
            The analysis; `reports` is empty, and offsets count in each text.

        Raises:
            SchemaError: A column is missing or a text is empty.
            SidesError: Fewer than two sides.
        """
        statements = _as_statements(data)
        names = list(dict.fromkeys(statement.side for statement in statements))
        if len(names) < 2:
            raise SidesError(f"the statements have {len(names)} side(s) {names}; expected two or more to contrast")
        return self._contrast((), tuple(Side(name) for name in names), statements, targets, [])

    def _analyze(self, reports: list[ReportLike], targets: Sequence[str] | None, *, keep_going: bool) -> Analysis:
        found: list[Statement] = []
        read: list[Report] = []
        sides: dict[str, Side] = {}
        errors: list[dict[str, str]] = []
        for given in reports:
            try:
                report = _as_report(given)
                if report.report_id in {other.report_id for other in read}:
                    raise InputError(f"two reports have the id {report.report_id!r}; give each its own report_id")
                known, statements = find_statements(report, self.sides, attributor=self._attributor)
            except NarrativesError as error:
                if not keep_going:
                    raise
                errors.append({"report_id": getattr(given, "report_id", str(given)), "error": str(error)})
                continue
            read.append(report)
            sides |= {side.name: side for side in known}
            found += statements
        return self._contrast(tuple(read), tuple(sides.values()), found, targets, errors)

    def _contrast(
        self,
        reports: tuple[Report, ...],
        sides: tuple[Side, ...],
        found: list[Statement],
        targets: Sequence[str] | None,
        errors: list[dict[str, str]],
    ) -> Analysis:
        statements = [statement for statement in found if statement.side]
        unassigned = [statement for statement in found if not statement.side]
        if unassigned:
            logger.info("%d attributed statements belong to no side; see Analysis.unassigned", len(unassigned))
        pairs = pair_statements(statements)
        texts = [(pair.a.claim, pair.b.claim) for pair in pairs]
        scores = score_text_pairs(texts, self.model, progress=self.options.progress)
        p_contested, threshold = self.judge(texts, scores)
        signature = self.sign(f"{self._judge.method(scores)}@{threshold:.4f}", targets)
        frame = pairs_frame(pairs, scores, p_contested, threshold, signature)
        agreed = (scores.ab[:, 0] + scores.ba[:, 0]) / 2 >= AGREED_FROM
        contested = frame[frame["contested"]].sort_values("p_contested", ascending=False, kind="stable")
        return Analysis(
            statements=table.statements_table(statements, signature),
            unassigned=table.statements_table(unassigned, signature),
            pairs=table.conform(frame, "pairs"),
            contested=table.conform(contested, "contested"),
            agreed=table.conform(frame[agreed & ~frame["contested"].to_numpy()], "agreed"),
            stances=self._stances(statements, sides, targets, signature),
            summary=summary_table(statements, frame, agreed, signature),
            errors=pd.DataFrame(errors, columns=["report_id", "error"], dtype="str"),
            signature=signature,
            reports=reports,
            sides=sides,
            threshold=threshold,
        )

    def _stances(
        self, statements: list[Statement], sides: tuple[Side, ...], targets: Sequence[str] | None, signature: str
    ) -> pd.DataFrame:
        rows = []
        names = [name for side in sides for name in (side.name, *side.aliases)]
        for report_id in dict.fromkeys(statement.report_id for statement in statements):
            by_side: dict[str, list[Statement]] = {}
            for statement in statements:
                if statement.report_id == report_id:
                    by_side.setdefault(statement.side, []).append(statement)
            spoken = [(name, [s.claim for s in of_side]) for name, of_side in by_side.items()]
            at = (
                list(targets)
                if targets is not None
                else find_targets([texts for _, texts in spoken], limit=self.options.max_targets, names=names)
            )
            judged = judge_stances(spoken, at, self.model, self.encoder)
            for (name, of_side), stances in zip(by_side.items(), judged, strict=True):
                for target, stance in zip(at, stances, strict=True):
                    rows.append(
                        {
                            "report_id": report_id,
                            "side": name,
                            "target": target,
                            "stance": stance.stance,
                            **dict(zip((f"p_{s}" for s in STANCES), stance.probs, strict=True)),
                            "statement_ids": " ".join(of_side[i].statement_id for i in stance.rests_on),
                            "signature": signature,
                        }
                    )
        return table.build(rows, "stances")

    def judge(self, pairs: Sequence[Pair], scores: PairScores) -> tuple[Probabilities, float]:
        """Give p_contested of scored pairs, and the threshold in force.

        Args:
            pairs: The n pairs of texts that were scored.
            scores: Their scores.

        Returns:
            float32 (n,), 0 to 1, higher = more surely contested; and the p_contested from which a pair is contested.
        """
        given = self.options.threshold
        return self._judge.judge(pairs, scores), self._judge.threshold(scores) if given is None else given

    def sign(self, contest: str = "", targets: Sequence[str] | None = None) -> str:
        """Give the signature of a run with this analyzer.

        Args:
            contest: How pairs were judged and from which threshold on.
            targets: As given; None when found.

        Returns:
            The signature.
        """
        return sign(
            model=identity_of(self.model),
            precision=getattr(self.model, "precision", None),
            encoder=self.encoder.identity,
            contest=contest,
            attribution="rules",
            sides=sides_digest(self.sides),
            targets=f"found{self.options.max_targets}" if targets is None else digest(targets),
        )
