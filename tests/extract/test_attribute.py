"""Attribution by rules: one line a sentence and what it attributes, negatives included."""

import json
from pathlib import Path

import pytest

from narratives.errors import ReportError
from narratives.extract.attribute import RuleAttributor, find_attributions
from narratives.types import Report


def triples(text):
    return [
        (a.source.text if a.source else None, a.cue.text if a.cue else None, a.content.text)
        for a in find_attributions(text)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # indirect
        ("Miller said that the road was open.", ("Miller", "said", "the road was open")),
        ("The minister said the road was open.", ("The minister", "said", "the road was open")),
        ("She told reporters the road would open.", ("She", "told", "the road would open")),
        ("Officials in Oslo say the dam was blown up.", ("Officials in Oslo", "say", "the dam was blown up")),
        ("The envoy said on Tuesday it had sunk.", ("The envoy", "said", "it had sunk")),
        ("The army is confident that it will hold.", ("The army", "is confident", "it will hold")),
        ("The mayor was quoted as saying that it was late.", ("The mayor", "was quoted as saying", "it was late")),
        (
            "The agency quoted the mayor as saying it was late.",
            ("the mayor", "quoted the mayor as saying", "it was late"),
        ),
        # the complement is the content
        ("Oslo denied breaking the truce.", ("Oslo", "denied", "breaking the truce")),
        ("Oslo accused Bergen of breaking it.", ("Oslo", "accused", "Bergen of breaking it")),
        ("The mayor called the plan a disgrace.", ("The mayor", "called", "the plan a disgrace")),
        ("The envoy warned against further raids.", ("The envoy", "warned against", "further raids")),
        ("The union wants its money back.", ("The union", "wants", "its money back")),
        # phrases
        ("According to the ministry, nobody was hurt.", ("the ministry", "According to", "nobody was hurt")),
        ("Nobody was hurt, according to the ministry.", ("the ministry", "according to", "Nobody was hurt")),
        ("In the words of the mayor, it is a farce.", ("the mayor", "In the words of", "it is a farce")),
        # direct
        ('"We did not fire," the general said.', ("the general", "said", "We did not fire")),
        ("‘We did not fire. They did,’ said General Ito.", ("General Ito", "said", "We did not fire. They did")),
        ("“We did not fire!” Ito said.", ("Ito", "said", "We did not fire!")),
        ('"It was legal," reads the readout.', ("the readout", "reads", "It was legal")),
        ('Army spokesman Jon Vik: "We did not fire."', ("Army spokesman Jon Vik", ":", "We did not fire")),
        ("“We did not fire” – General Ito, on his way out.", ("General Ito", None, "We did not fire")),
        ('He said: "We did not fire.', ("He", "said", "We did not fire")),
        # the cue inside
        ("Nobody, the ministry insisted on Tuesday, was hurt.", ("the ministry", "insisted", "Nobody was hurt")),
        # lead-ins and appositions
        ("In turn, the palace said it was late.", ("the palace", "said", "it was late")),
        ("Asked about it, Miller said that it was late.", ("Miller", "said", "it was late")),
        ("Ada Vik, the mayor, said it was late.", ("Ada Vik, the mayor", "said", "it was late")),
    ],
)
def test_one_sentence(text, expected):
    assert triples(text) == [expected]


def test_quotation_interrupted_by_its_cue_is_one_attribution():
    text = '"We did not fire," the general said, "and they know it."'
    (found,) = find_attributions(text)
    assert text[found.content.start : found.content.end] == 'We did not fire," the general said, "and they know it'
    assert found.content.text == "We did not fire and they know it"
    assert found.quotation == "direct"


@pytest.mark.parametrize(
    ("text", "contents"),
    [
        ("The statement said that it was illegal and that it must go.", ["it was illegal", "it must go"]),
        ("The envoy said it was late, and added that he would leave.", ["it was late", "he would leave"]),
        ("Oslo says Bergen fired, while Bergen blames Oslo's drones.", ["Bergen fired", "Oslo's drones"]),
        (
            "Two men were killed, the army says, and a shell hit the school.",
            ["Two men were killed", "a shell hit the school"],
        ),
        ("The report says 12 died; the army disputes that figure.", ["12 died", "that figure"]),
    ],
)
def test_coordinated_contents_are_statements_of_their_own(text, contents):
    assert [a.content.text for a in find_attributions(text)] == contents


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('"It is late," he said.', "direct"),
        ('He said it was "far too late" for that.', "mixed"),
        ("He said it was late.", "indirect"),
    ],
)
def test_quotation_kind(text, kind):
    assert [a.quotation for a in find_attributions(text)] == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "Ministers met in Oslo on Monday. The talks lasted two hours.",
        "A spokesman declined to comment.",
        "The ministry did not respond to a request for comment.",
        'The film "Gone with the Rain" was shown.',
        "The envoy will welcome the delegates on Monday.",
        "The report was published in May.",
        "We asked for the photographs.",
        "The judge asked when the letter had been sent.",
    ],
)
def test_narrator_is_not_attributed(text):
    assert triples(text) == []


class TestCarryOn:
    def test_sentences_behind_an_attributed_one_go_on_in_its_voice(self):
        text = (
            "The palace said that it supports peace. As for the gate, it is a sovereign right. "
            "The gate does not limit anybody."
        )
        first, *others = find_attributions(text)
        assert not first.carry_on
        assert [a.content.text for a in others] == [
            "As for the gate, it is a sovereign right",
            "The gate does not limit anybody",
        ]
        for found in others:
            assert found.carry_on
            assert found.source is None
            assert found.cue is None
            assert found.voice is not None
            assert found.voice.text == "The palace"

    @pytest.mark.parametrize(
        "narrated",
        [
            "The inquest continues.",
            "Judgment was reserved.",
            "She shook her head.",
            "And the money?",
            "The ministry did not reply.",
            "The dam, completed in 1978, holds the water of two valleys.",
            "Ada Vik, 54, has been mayor for ten years.",
            "We have asked for the photographs.",
        ],
    )
    def test_the_reporter_takes_over(self, narrated):
        assert len(find_attributions(f"Miller said that the road was open. {narrated}")) == 1

    def test_not_across_paragraphs(self):
        assert len(find_attributions("Miller said the road was open.\n\nThe bridge was built by Romans.")) == 1

    def test_a_quotation_without_a_cue_goes_on(self):
        _, second = find_attributions('"We did not fire," the general said. "They did."')
        assert (second.content.text, second.carry_on, second.quotation) == ("They did", True, "direct")

    def test_quoted_words_about_a_thing_go_on_in_the_voice_before(self):
        text = 'Whitby said it was late. To go on now was "shutting the gate on an empty paddock".'
        _, second = find_attributions(text)
        assert (second.carry_on, second.quotation, second.content.start) == (True, "mixed", text.index("To go on"))

    def test_not_where_the_reporter_does_most_of_the_talking(self):
        story = "The bridge is old. Romans built it.\n\n" * 4
        text = f"{story}Miller said that the road was open. The villages depend on it."
        assert [a.carry_on for a in find_attributions(text)] == [False]

    def test_a_person_introduced_before_a_quotation_is_its_source(self):
        text = "Miller said it was late. Another aide, Ada Vik, was blunter. “It is far too late for that.”"
        assert triples(text)[-1] == ("Another aide, Ada Vik", None, "It is far too late for that")


def test_transcript_turns_belong_to_their_speakers_and_hosts_to_nobody():
    text = (
        "HOST: Who opened the gate?\n\nVIK: Nobody opened the gate. It was shut all week.\n\n"
        "HOST: And the fish?\n\nVIK: Fish die when oxygen runs out."
    )
    found = find_attributions(text)
    assert [a.content.text for a in found] == [
        "Nobody opened the gate",
        "It was shut all week",
        "Fish die when oxygen runs out",
    ]
    assert [(a.source or a.voice).text for a in found] == ["VIK", "VIK", "VIK"]


def test_list_below_a_colon_goes_on():
    text = "Road shut\n\nThe union says the firm owes three things:\n– The wages of May are late.\n– The bus is gone."
    assert [a.content.text for a in find_attributions(text)][-2:] == ["The wages of May are late", "The bus is gone"]


def test_list_opening_names_the_voice():
    text = "Road shut\n\nMiller said it was late. In her words:\n– The lamps were on.\n– The bell rang for a minute."
    assert [a.voice.text for a in find_attributions(text) if a.carry_on] == ["her", "her"]


def test_a_known_speaker_before_a_colon_speaks_again():
    text = "Ada Vik said three crossed. Berg said none did. Vik issued a denial: her men had counted them."
    assert triples(text)[-1] == ("Vik", ":", "her men had counted them")


def test_spans_are_verbatim_and_in_text_order():
    text = "Headline\n\nBaku says it is late. ‘It is,’ he said.\n\nAccording to her, nobody, he insists, knew."
    found = find_attributions(text)
    assert [a.content.start for a in found] == sorted(a.content.start for a in found)
    for attribution in found:
        for span in (attribution.source, attribution.cue, attribution.content):
            if span is not None:
                assert span.text == " ".join(text[start:end] for start, end in span.pieces)


def test_report_and_string_give_the_same():
    text = "Miller said that the road was open."
    assert find_attributions(text) == RuleAttributor().find_attributions(Report(text))


def test_empty_text_is_refused():
    with pytest.raises(ReportError, match="empty"):
        find_attributions("  ")


@pytest.mark.parametrize(
    "text",
    [
        '"',
        "“",
        "'",
        "said",
        ":",
        "He said",
        'He said "',
        "— he said, —",
        ", and Miller said B" * 40,
        '" "" "',
        "«»",
        "\n\n:\n",
    ],
)
def test_broken_text_raises_nothing(text):
    for found in find_attributions(text):
        assert found.content.text.strip()


REPORTS = sorted(Path(__file__).parents[2].glob("benchmarks/reports/r2-0[2-9]*.json"))


@pytest.mark.skipif(not REPORTS, reason="the benchmark reports are not part of an installed copy")
def test_most_gold_statements_of_the_benchmark_reports_are_found():
    n_gold, n_found, n_predicted = 0, 0, 0
    for path in REPORTS:
        data = json.loads(path.read_text(encoding="utf-8"))
        gold = {(s["start"], s["end"]) for s in data["statements"] + data["others"]}
        spans = [(a.content.start, a.content.end) for a in find_attributions(data["text"])]
        n_gold, n_predicted = n_gold + len(gold), n_predicted + len(spans)
        n_found += sum(any(overlap(span, wanted) >= 0.5 for span in spans) for wanted in gold)
    assert n_found / n_gold > 0.75
    assert n_predicted < 1.3 * n_gold


def overlap(a, b):
    return max(0, min(a[1], b[1]) - max(a[0], b[0])) / (max(a[1], b[1]) - min(a[0], b[0]))
