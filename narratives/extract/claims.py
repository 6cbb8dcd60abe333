"""A statement restated so that it can be read without the report around it: first persons named, where that is sure."""

from __future__ import annotations

import re

from narratives.types import Quotation

_LEADING = re.compile(r"(?:we|our|I|my)\b(?!['’]d\b)", re.IGNORECASE)
_FIRST_PERSON = re.compile(
    r"(?<![\w'’])(?:(?P<verb>I(?: (?:am|have|do)\b|['’](?:m|ve)\b))|(?P<owner>our|my)|we|us|I|me)"
    r"(?P<short>['’](?:ll|ve|re))?(?![\w'’])",
    re.IGNORECASE,
)
_UNSURE = re.compile(
    r"(?<![\w'’])(?:ours|mine|ourselves|myself|let['’]s|(?:we|I)['’]d|(?:us|we) (?:both|two))(?!\w)|[“”\"‘]",
    re.IGNORECASE,
)
_VERBS = {"am": "is", "m": "is", "have": "has", "ve": "has", "do": "does"}
_SHORT = {"ll": " will", "ve": " have", "re": " are", None: ""}


def restate(text: str, *, quotation: Quotation, side: str, speaker: str = "") -> str:
    """Name the speaker where a quotation starts with "we", "our", "I" or "my".

    Args:
        text: The statement, verbatim.
        quotation: How it is quoted; in indirect speech "we" may be the reporter, so nothing is touched.
        side: Stands in for "we"; nothing is touched where it is empty.
        speaker: Stands in for "I"; nothing with an "I" is touched where it is empty.

    Returns:
        The restated text, or the text itself where nothing had to be resolved or the meaning is not sure.
    """
    if not side or quotation != "direct" or not _LEADING.match(text) or _UNSURE.search(text):
        return text
    first_persons = [match[0] for match in _FIRST_PERSON.finditer(text)]
    if not speaker and any(word[0] in "IiMm" for word in first_persons):
        return text

    def name(match: re.Match[str]) -> str:
        named = speaker if match[0][0] in "IiMm" else side
        if match.start() == 0 or re.search(r"[.!?]\W*$", text[: match.start()]):
            named = named[0].upper() + named[1:]
        if match["owner"]:
            return f"{named}’s"
        if match["verb"]:
            return f"{named} {_VERBS[re.split('[^a-z]', match['verb'].casefold())[-1]]}"
        return named + _SHORT[match["short"] and match["short"][1:].casefold()]

    return _FIRST_PERSON.sub(name, text)
