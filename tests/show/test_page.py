"""The page: verbatim marks, links both ways, nothing that runs, nothing that disguises."""

import re
from html.parser import HTMLParser

import pytest

from narratives.errors import SchemaError
from narratives.show.marks import Mark, cut_stretches
from narratives.show.page import render_page
from narratives.table import build
from narratives.types import Report

VOID = {"meta", "link", "br", "img", "hr"}
TEXT = "Aria said the bridge is open 🌉. Borduria replied: “The bridge is shut, and <b>nobody</b> & nothing crosses.”"


class Page(HTMLParser):
    """Ids, links, tags and marked texts of a page; fails on tags that do not balance."""

    def __init__(self, html):
        super().__init__()
        self.ids, self.links, self.tags, self.attributes = [], [], [], []
        self.marked, self.open, self.text = {}, [], ""
        self._marks = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags.append(tag)
        self.attributes += attrs
        if "id" in attrs:
            self.ids.append(attrs["id"])
        if "href" in attrs:
            self.links.append(attrs["href"])
        if tag == "mark":
            assert not self._marks, "marks do not nest"
            self._marks = attrs["data-statements"].split()
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag
        if tag == "mark":
            self._marks = []

    def handle_data(self, data):
        if "style" not in self.open:
            self.text += data
        for statement in self._marks:
            self.marked[statement] = self.marked.get(statement, "") + data


def statement(report, words, side, statement_id, source="", cue="said"):
    start = report.text.index(words)
    return {
        "report_id": report.report_id, "statement_id": statement_id, "side": side, "source": source or side,
        "cue": cue, "text": words, "claim": words, "start": start, "end": start + len(words), "quotation": "indirect",
        "carry_on": False, "found_by": "rules", "p": 1.0, "signature": "sig",
    }  # fmt: skip


def contest(a, b, p=0.93, truncated=False):
    scores = {f"p_{label}_{way}": 0.3 for label in ("entailment", "neutral", "contradiction") for way in ("ab", "ba")}
    row = {"report_id": a["report_id"], "pair_id": "s1~s2", "contradiction": p, "p_contested": p, "contested": True}
    row |= scores | {"truncated": truncated, "signature": "sig"}
    for letter, of_side in (("a", a), ("b", b)):
        row |= {
            f"{name}_{letter}": of_side[name] for name in ("side", "text", "claim", "source", "cue", "start", "end")
        }
        row[f"statement_{letter}"] = of_side["statement_id"]
    return row


def stance(report, side, target, verdict, statement_ids):
    probs = {f"p_{name}": 0.8 if name == verdict else 0.1 for name in ("favor", "against", "neutral")}
    row = {"report_id": report.report_id, "side": side, "target": target, "stance": verdict}
    return row | probs | {"statement_ids": statement_ids, "signature": "sig"}


def render(reports, statements, contested=(), stances=(), **rest):
    return render_page(
        reports=reports,
        statements=build(statements, "statements"),
        contested=build(contested, "contested"),
        stances=build(stances, "stances"),
        signature="narratives:0.1.0|model:m",
        **rest,
    )


@pytest.fixture
def report():
    return Report.from_text(TEXT, report_id="bridge")


@pytest.fixture
def both(report):
    return [
        statement(report, "the bridge is open 🌉", "Aria", "s1", source="Aria’s minister"),
        statement(report, "The bridge is shut, and <b>nobody</b> & nothing crosses", "Borduria", "s2"),
    ]


def test_page_is_self_contained_and_runs_nothing(report, both):
    html = render([report], both, [contest(*both)])
    page = Page(html)
    assert html.startswith("<!DOCTYPE html>\n<html lang=")
    assert "default-src 'none'; style-src 'unsafe-inline'" in html
    assert {"script", "link", "img", "iframe", "object", "form"}.isdisjoint(page.tags)
    assert not [name for name in page.attributes if name.startswith("on") or name in ("src", "style")]
    assert "url(" not in html
    assert "@import" not in html
    assert all(link.startswith("#") for link in page.links)
    assert {"header", "main", "footer", "h1", "h2", "h3"} <= set(page.tags)


def test_marked_texts_are_verbatim_and_the_report_is_whole(report, both):
    page = Page(render([report], both))
    assert page.marked == {"s1": both[0]["text"], "s2": both[1]["text"]}
    assert report.text in page.text


def test_contests_and_places_link_both_ways(report, both):
    html = render([report], both, [contest(*both)])
    page = Page(html)
    assert len(set(page.ids)) == len(page.ids)
    assert {link[1:] for link in page.links} <= set(page.ids)
    assert {"#s1", "#s2"} <= set(page.links)
    assert page.links.count("#c1") == 2
    assert "93%" in page.text
    assert "Aria’s minister" in page.text


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("the bridge is open", "bridge is"),  # nested
        ("the bridge is", "is open 🌉"),  # overlapping
        ("the bridge", "the bridge"),  # the same words, said by both
        ("the bridge is open", "the bridge"),  # the same beginning
        ("the bridge is open", "is open"),  # the same end
        ("the bridge ", "is open"),  # touching
    ],
)
def test_statements_may_overlap(report, first, second):
    rows = [statement(report, first, "Aria", "s1"), statement(report, second, "Borduria", "s2")]
    page = Page(render([report], rows, [contest(*rows)]))
    assert page.marked == {"s1": first, "s2": second}
    assert {"s1", "s2"} <= set(page.ids)
    assert page.links.count("#c1") == 2


def test_hostile_report_neither_runs_nor_disguises():
    evil = "A said “</style><script>alert(1)</script> \u202eneve\u2066 \x1b[31m \x00” onload=“x”. B said no."
    report = Report.from_text(evil, report_id='"><img src=x onerror=alert(1)>\u202e')
    rows = [
        statement(report, evil[8 : evil.index("”")], "\"'><b>\u202eA", "s1", source="<i>\u202e</i>", cue="{{ 7*7 }}"),
        statement(report, "no", "B", "s2"),
    ]
    target = stance(report, "B", "</td><script>\u202e", "against", "s2")
    html = render([report], rows, [contest(*rows)], [target], notes=["<script>\u202e"])
    page = Page(html)
    assert {"script", "img", "b", "i"}.isdisjoint(page.tags)
    assert page.tags.count("style") == 1
    assert not re.search("[\u202e\u2066\x00\x1b]", html)
    assert "⟨U+202E⟩neve⟨U+2066⟩ ⟨U+001B⟩[31m ⟨U+0000⟩" in page.marked["s1"]
    assert "onload=“x”" in page.text
    assert "49" not in page.text
    html.encode("utf-8")


def test_nothing_contested_is_said_kindly(report, both):
    page = Page(render([report], both))
    assert "Nothing here is contested" in page.text
    assert "0 contested claims" in page.text


def test_report_without_statements_is_shown_whole(report):
    assert report.text in Page(render([report], [])).text


def test_statements_in_hand_stand_in_columns():
    texts = {"Aria": ["It is open.", "We <built> it."], "Borduria": ["It is shut."]}
    rows = []
    for side, of_side in texts.items():
        for text in of_side:
            given = Report.from_text(text, report_id="comparison")
            rows.append(statement(given, text, side, f"s{len(rows) + 1}"))
    page = Page(render([], rows, [contest(rows[0], rows[2])]))
    assert page.marked == {"s1": "It is open.", "s2": "We <built> it.", "s3": "It is shut."}
    assert {link[1:] for link in page.links} <= set(page.ids)
    assert "Statements given side by side" in page.text


def test_reports_with_equal_statement_ids_keep_apart(report, both):
    other = Report.from_text("Aria said yes. Borduria said no.", report_id="other")
    rows = [statement(other, "yes", "Aria", "s1"), statement(other, "no", "Borduria", "s2")]
    page = Page(render([report, other], both + rows, [contest(*rows), contest(*both)]))
    assert len(set(page.ids)) == len(page.ids)
    assert {link[1:] for link in page.links} <= set(page.ids)
    assert page.marked["r1-s1"] == both[0]["text"]
    assert page.marked["r2-s1"] == "yes"


def test_stances_name_the_statements_that_they_rest_on(report, both):
    rows = [
        stance(report, "Aria", "the bridge", "favor", "s1"),
        stance(report, "Borduria", "the bridge", "against", "s2"),
        stance(report, "Aria", "the river", "neutral", ""),
    ]
    html = render([report], both, stances=rows)
    page = Page(html)
    assert "favor 80%" in page.text
    assert "against 80%" in page.text
    assert page.links.count("#s2") == 1
    assert page.text.count("no statement found") == 2  # an empty verdict, and a side that has no row


def test_notes_and_truncation_are_shown(report, both):
    page = Page(render([report], both, [contest(*both, truncated=True)], notes=["other: is empty"]))
    assert "other: is empty" in page.text
    assert "judged in pieces" in page.text


def test_offsets_that_do_not_give_the_text_are_refused(report, both):
    both[0]["start"] += 1
    with pytest.raises(SchemaError, match="s1 of report 'bridge'"):
        render([report], both)


def test_stretches_join_to_the_text():
    marks = [Mark("s1", 0, "A", 0, 4), Mark("s2", 1, "B", 2, 6), Mark("s3", 0, "A", 2, 3)]
    stretches = cut_stretches("abcdefgh", marks)
    assert [stretch.text for stretch in stretches] == ["ab", "c", "d", "ef", "gh"]
    assert [mark.anchor for mark in stretches[1].marks] == ["s3", "s1", "s2"]


@pytest.mark.parametrize(("start", "end"), [(0, 9), (3, 3), (-1, 2)])
def test_statement_outside_the_text_is_refused(start, end):
    with pytest.raises(SchemaError, match="expected offsets within"):
        cut_stretches("abcdefgh", [Mark("s1", 0, "A", start, end)])


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def test_colours_have_the_contrast_of_wcag_aa(report, both):
    roots = re.findall(r":root \{(.*?)\}", render([report], both), re.DOTALL)
    assert len(roots) == 2  # light and dark
    for root in roots:
        colours = dict(re.findall(r"--([\w-]+): (#\w{6})", root))
        pairs = [(ink, back) for ink in ("ink", "soft", "link") for back in ("page", "card")]
        pairs += [("ink", "aim")]
        for side in range(1, 7):
            pairs += [("ink", f"tint-{side}"), (f"line-{side}", f"tint-{side}"), (f"line-{side}", "page")]
        for ink, back in pairs:
            dark, light = sorted((luminance(colours[ink]), luminance(colours[back])))
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (ink, back)
