"""Which side a source speaks for, which sides a report has, and what stands in for "we"."""

import re

import pytest

from narratives.errors import SidesError
from narratives.extract.claims import restate
from narratives.extract.discover import discover_sides
from narratives.extract.sides import assign_sides, make_sides
from narratives.types import Attribution, Report, Side, Span

CALL = """Kazakh, Uzbek leaders discuss dam releases by phone

According to Akorda, the Kazakh presidential office, the call took place on Tuesday. Kazakh President Nurlan Seitov \
drew attention to the release, which, the readout went on, inundated three villages. He asked for a schedule. \
The heads of government are to meet in Shymkent.

The Uzbek version appeared two hours later on the website of Uzbek President Shukhrat Alimov. It says the call was \
initiated by Astana.

Akorda spokeswoman Dina Ospanova said nobody had seen a schedule. Snow does not come at night, she added. \
Later Ospanova said gauges had been read.

A member of Mr Alimov's staff said compensation had not come up.

In a joint statement the two presidents said they would meet again.

Erik Blom, a Dutch hydrologist who advises the Kazakh presidential office, said gauges often differed. A critic of \
Akorda called it theatre. He said nobody would come.
"""
SIDES = {"Kazakhstan": ["Akorda", "Nurlan Seitov", "Astana"], "Uzbekistan": ["Shukhrat Alimov", "Mr Alimov"]}


def attribution(text: str, source: str | None, content: str, *, voice: str | None = None, **options) -> Attribution:
    """Build an attribution; the source is the occurrence nearest to the content."""
    start = text.index(content)
    span = Span.cut(text, (start, start + len(content)))

    def near(words: str | None) -> Span | None:
        if words is None:
            return None
        places = [match.start() for match in re.finditer(rf"\b{re.escape(words)}\b", text)]
        place = min(places, key=lambda place: abs(place - start))
        return Span.cut(text, (place, place + len(words)))

    return Attribution(near(source), None, span, carry_on=voice is not None, voice=near(voice or source), **options)


def sides_of(text: str, sides, *pairs: tuple[str, str]) -> list[str]:
    """Give the side of each (source, content)."""
    found = assign_sides(Report(text), [attribution(text, *pair) for pair in pairs], make_sides(sides))
    return [statement.side for statement in found]


ATTRIBUTIONS = [
    (attribution(CALL, "Akorda", "the call took place on Tuesday"), ["Kazakhstan"]),
    (attribution(CALL, "the readout", "inundated three villages"), ["Kazakhstan"]),
    (attribution(CALL, "He", "for a schedule"), ["Kazakhstan"]),
    (attribution(CALL, None, "The heads of government are to meet in Shymkent", voice="He"), ["Kazakhstan"]),
    (attribution(CALL, "It", "the call was initiated by Astana"), ["Uzbekistan"]),
    (attribution(CALL, "Akorda spokeswoman Dina Ospanova", "nobody had seen a schedule"), ["Kazakhstan"]),
    (attribution(CALL, "she", "Snow does not come at night"), ["Kazakhstan"]),
    (attribution(CALL, "Ospanova", "gauges had been read"), ["Kazakhstan"]),
    (attribution(CALL, "A member of Mr Alimov's staff", "compensation had not come up"), ["Uzbekistan"]),
    (attribution(CALL, "the two presidents", "they would meet again"), ["Kazakhstan", "Uzbekistan"]),
    (attribution(CALL, "Erik Blom, a Dutch hydrologist", "gauges often differed"), [""]),
    (attribution(CALL, "A critic of Akorda", "theatre"), [""]),
    (attribution(CALL, "He", "nobody would come"), [""]),
]


def test_one_statement_per_attribution_and_side_in_text_order():
    statements = assign_sides(Report(CALL, "call"), [item for item, _ in reversed(ATTRIBUTIONS)], make_sides(SIDES))
    assert [statement.side for statement in statements] == [side for _, sides in ATTRIBUTIONS for side in sides]
    assert [statement.statement_id for statement in statements] == [f"s{i + 1}" for i in range(len(statements))]
    assert {statement.report_id for statement in statements} == {"call"}
    for statement in statements:
        assert CALL[statement.start : statement.end] == statement.text
    carried = next(statement for statement in statements if statement.carry_on)
    assert (carried.source, carried.cue) == ("He", "")


def test_no_attribution_gives_no_statement():
    assert assign_sides(Report(CALL), [], make_sides(SIDES)) == []


@pytest.mark.parametrize(
    ("source", "side"),
    [
        ("the Azerbaijani President", "Baku"),
        ("Azerbaijan's foreign ministry", "Baku"),
        ("The Azerbaijanis", "Baku"),
        ("Secretary Marlow", "Washington"),
        ("the Secretary", "Washington"),
        ("A U.S. official", "Washington"),
        ("Turan's Washington correspondent", ""),
        ("an American tourist", ""),
        ("Armenia's foreign minister", ""),
        ("the embassy in Azerbaijan", ""),
        ("Marlowe Jones", ""),
    ],
)
def test_forms_of_an_alias(source, side):
    text = f"On Monday {source} said the road was open."
    given = {"Washington": ["the Secretary", "John Marlow"], "Baku": ["Azerbaijan", "Ilgar Salimov"]}
    assert sides_of(text, given, (source, "the road was open")) == [side]


@pytest.mark.parametrize(
    ("source", "side"),
    [
        ("Ms Vandek", "The trader"),
        ("The Council", "The Council"),
        ("The Council's counsel", "The Council"),
        ("the applicant", "The trader"),
        ("A person close to the Council", "The Council"),
        ("Latvia, intervening", ""),
    ],
)
def test_affiliations_in_a_courtroom(source, side):
    text = f"For the applicant, Ms Vandek, of the Brussels bar, rose. {source} said the sale was a sham."
    given = {"The trader": ["the applicant"], "The Council": ["the Council"]}
    assert sides_of(text, given, (source, "the sale was a sham")) == [side]


def test_pronouns_follow_gender_and_third_parties():
    text = (
        "Mr Aldous said the chart was full. Ms Tuhoro said no nurse came. She wanted an apology. He posted a letter. "
        "Bishop Gideon Onyango said both should rest. He asked for calm."
    )
    given = {"Hospital": ["Mr Aldous"], "Family": ["Ms Tuhoro"]}
    pairs = [
        ("Mr Aldous", "the chart was full"),
        ("Ms Tuhoro", "no nurse came"),
        ("She", "an apology"),
        ("He", "a letter"),
        ("Bishop Gideon Onyango", "both should rest"),
        ("He", "for calm"),
    ]
    assert sides_of(text, given, *pairs) == ["Hospital", "Family", "Family", "Hospital", "", ""]


def test_both_of_three_sides_are_the_two_last_spoken_of():
    text = "Cairo said no. Khartoum said yes. Addis Ababa said never. Both sides said they would meet."
    given = {"Egypt": [], "Sudan": [], "Ethiopia": []}
    pairs = [("Cairo", "no"), ("Khartoum", "yes"), ("Addis Ababa", "never"), ("Both sides", "they would meet")]
    assert sides_of(text, given, *pairs) == ["Egypt", "Sudan", "Ethiopia", "Sudan", "Ethiopia"]


def test_a_surname_that_both_sides_share_belongs_to_neither():
    text = "Naliaka Ragot said he wished it. Elijah Ragot said he did not. Ragot said nothing else."
    given = {"Widow": ["Naliaka Ragot"], "Clan": ["Elijah Ragot"]}
    pairs = [("Naliaka Ragot", "he wished it"), ("Elijah Ragot", "he did not"), ("Ragot", "nothing else")]
    assert sides_of(text, given, *pairs) == ["Widow", "Clan", ""]


@pytest.mark.parametrize(
    ("sides", "message"),
    [
        ({"A": ["x"]}, r"got 1 side\(s\); expected at least two"),
        ({}, "got 0"),
        ({"A": ["Baku"], "B": ["x", "baku "]}, "'baku' is claimed by both 'A' and 'B'"),
        ({"A": [], "B": ["a"]}, "'a' is claimed by both"),
        ({"A": "Baku", "B": ["x"]}, "is the string 'Baku'|are the string 'Baku'"),
        ([Side("A"), "B"], "'B' is no side"),
    ],
)
def test_sides_that_cannot_be_used(sides, message):
    with pytest.raises(SidesError, match=message):
        make_sides(sides)


def test_sides_keep_their_order():
    assert make_sides({"B": ["b"], "A": []}) == (Side("B", ("b",)), Side("A", ()))
    assert make_sides([Side("B"), Side("A")]) == (Side("B"), Side("A"))


def test_discovered_sides_hold_their_spokespeople_and_no_bystander():
    sides = discover_sides(Report(CALL), [item for item, _ in ATTRIBUTIONS])
    assert {side.name for side in sides} == {"Kazakhstan", "Uzbekistan"}
    kazakh = next(side for side in sides if side.name == "Kazakhstan")
    assert "Dina Ospanova" in kazakh.aliases
    assert not any("Blom" in alias for side in sides for alias in (side.name, *side.aliases))
    statements = assign_sides(Report(CALL), [item for item, _ in ATTRIBUTIONS], sides)
    assert [statement.side for statement in statements] == [side for _, sides in ATTRIBUTIONS for side in sides]


def test_discovered_sides_at_home():
    text = (
        "Harrow Street Research alleges that the plant is a pond. Bintang dismissed the report as fiction. But the "
        "chairman of Bintang, Lim Chee Seng, said the drones were wrong. Harrow Street partner Imogen Slade replied "
        "that Bintang had no invoice. Slade added that the report stands. Bursa Malaysia said it was looking."
    )
    pairs = [
        ("Harrow Street Research", "the plant is a pond"),
        ("Bintang", "fiction"),
        ("Lim Chee Seng", "the drones were wrong"),
        ("Harrow Street partner Imogen Slade", "Bintang had no invoice"),
        ("Slade", "the report stands"),
        ("Bursa Malaysia", "it was looking"),
    ]
    attributions = [attribution(text, *pair) for pair in pairs]
    found = [
        statement.side
        for statement in assign_sides(Report(text), attributions, discover_sides(Report(text), attributions))
    ]
    assert found[0] == found[3] == found[4]
    assert found[1] == found[2] != found[0]
    assert found[5] == ""


def test_one_voice_has_no_sides():
    text = "Akorda said the dam held. It added that nobody was hurt."
    attributions = [attribution(text, "Akorda", "the dam held"), attribution(text, "It", "nobody was hurt")]
    with pytest.raises(SidesError, match=r"2 attributions, but no two parties .* sides=\{name"):
        discover_sides(Report(text), attributions)
    with pytest.raises(SidesError, match="0 attributions"):
        discover_sides(Report(text), [])


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("We need nobody's leave", "The border service need nobody's leave"),
        ("We'll stay, and our men know it", "The border service will stay, and the border service’s men know it"),
        ("I'm sorry. We were late", "Larraín is sorry. The border service were late"),
        ("My mother taught me", "Larraín’s mother taught Larraín"),
        ("They need our leave", "They need our leave"),
        ("We'd rather not", "We'd rather not"),
        ("Weeks went by", "Weeks went by"),
        ("We said “we need leave”", "We said “we need leave”"),
        ("", ""),
    ],
)
def test_restated_claims(text, claim):
    assert restate(text, quotation="direct", side="the border service", speaker="Larraín") == claim


def test_claims_that_stay_as_they_are():
    assert restate("We need leave", quotation="indirect", side="A", speaker="B") == "We need leave"
    assert restate("We need leave", quotation="direct", side="", speaker="B") == "We need leave"
    assert restate("I need leave", quotation="direct", side="A") == "I need leave"


def test_statements_carry_their_claims():
    text = "“We need nobody's leave,” the Kyrgyz border service said. “They do,” said Tashkent."
    given = {"Kyrgyz border service": [], "Uzbekistan": ["Tashkent"]}
    quoted = attribution(text, "the Kyrgyz border service", "We need nobody's leave", quotation="direct")
    (statement,) = assign_sides(Report(text), [quoted], make_sides(given))
    assert statement.text == "We need nobody's leave"
    assert statement.claim == "The Kyrgyz border service need nobody's leave"
