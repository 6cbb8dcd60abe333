from narratives.contrast.pair import pair_statements
from narratives.types import Statement


def say(side, text, report_id="r1"):
    return Statement(
        report_id=report_id, statement_id=text, side=side, source="", cue="", text=text, claim=text, start=0, end=1
    )


def texts(statements):
    return [(pair.a.text, pair.b.text) for pair in pair_statements(statements)]


def test_every_statement_meets_every_one_of_the_other_side():
    statements = [say("B", "b1"), say("A", "a1"), say("B", "b2"), say("A", "a2")]
    assert texts(statements) == [("b1", "a1"), ("b1", "a2"), ("b2", "a1"), ("b2", "a2")]


def test_three_sides_meet_two_by_two():
    statements = [say("A", "a1"), say("B", "b1"), say("C", "c1"), say("A", "a2")]
    assert texts(statements) == [("a1", "b1"), ("a2", "b1"), ("a1", "c1"), ("a2", "c1"), ("b1", "c1")]


def test_statements_without_a_side_stay_out():
    assert texts([say("A", "a1"), say("", "x"), say("B", "b1")]) == [("a1", "b1")]


def test_reports_do_not_meet():
    statements = [say("A", "a1", "r1"), say("B", "b9", "r2"), say("B", "b1", "r1"), say("A", "a9", "r2")]
    assert texts(statements) == [("a1", "b1"), ("b9", "a9")]


def test_one_side_or_none_makes_no_pair():
    assert texts([say("A", "a1"), say("A", "a2")]) == texts([]) == []
