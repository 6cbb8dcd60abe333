"""Statements → the pairs that could contest each other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from narratives.types import Statement, StatementPair


def pair_statements(statements: Sequence[Statement]) -> list[StatementPair]:
    """Pair every statement with every statement of another side of the same report.

    Args:
        statements: In text order; those without a side are left out.

    Returns:
        Pairs by report, then by pair of sides (each in order of first appearance, the earlier side as `a`), then in
        text order of `a` and of `b`.
    """
    reports: dict[str, dict[str, list[Statement]]] = {}
    for statement in statements:
        if statement.side:
            reports.setdefault(statement.report_id, {}).setdefault(statement.side, []).append(statement)
    return [
        StatementPair(a, b)
        for sides in reports.values()
        for of_one, of_other in combinations(sides.values(), 2)
        for a in of_one
        for b in of_other
    ]
