"""Whether a sentence without a cue goes on in the voice of the sentence before it, or is the reporter's own."""

from __future__ import annotations

import re

_GESTURE = (
    r"(?:shook|nodded|smiled|laughed|shrugged|sighed|paused|looked\s+(?:at|up|down|away)|glanced|gestured|waved|frowned|"
    r"grinned|wept)\b(?!.*:)"
)
_CONDUCT = (
    r"(?:held|handed|stood|sat|rose|walked|leaned|turned|spread|read|opened|closed|took|put|was\s+given|left|arrived|"
    r"entered|spoke)\b"
)
_NARRATES = tuple(
    re.compile(pattern, flags)
    for pattern, flags in (
        # The reporter asks or leads over, or speaks as I and we.
        (r"[^“]*[?:]$", 0),
        (r"(?:.*\s)?(?:I|we|We|our|us|my)\b(?!\s*\.)", 0),
        (r"\(.*\)?$", 0),
        # Somebody else asks, or nobody answers.
        (r".*\b(?:(?:asked|wondered)\s+(?:if|whether|when|why|how|about)|wanted\s+to\s+know)\b", 0),
        (r".*\b(?:declined|refused)\s+(?:to\s+(?:comment|answer|say)|comment)", 0),
        (
            r".*\b(?:did\s+not|didn['’]t|has\s+not|had\s+not)\s+(?:immediately\s+)?(?:respond|reply|answer|return\s+calls)",
            0,
        ),
        (r".*\bcould\s+not\s+(?:immediately\s+|independently\s+)*be\s+(?:reached|verified|confirmed)", 0),
        # How the proceedings go on.
        (
            r"(?:the\s+|a\s+|both\s+)?(?:[\w-]+\s+){0,2}?(?:judg(?:e)?ment|verdict|ruling|decision|hearing|inquest|trial|case|"
            r"debate|session|meeting|talks|negotiations|count|vote|votes|ballots|polls|result|results|inquiry|investigation|"
            r"shares)\s+(?:\w+\s+)?(?:was|were|is|are|will|must|continues?|resumes?|goes\s+on|go\s+on|closed|ended|begins?|"
            r"opens?|takes?\s+place|came|come)\b",
            re.IGNORECASE,
        ),
        # Talk about what was said.
        (
            r"(?:that|this|the|its|his|her|their|both)\s+(?:\w+\s+)?(?:claims?|remarks?|comments?|accusations?|charges?|words|"
            r"statements?|letter|readouts?|versions?|accounts?)\b",
            re.IGNORECASE,
        ),
        (r"(?:That|This)\s+was\s+(?:aimed|meant|directed)\b", 0),
        # A life in brief: an age between commas, when something was founded.
        (r".*,\s\d{2},", 0),
        (r"[^,]{3,60},\s+(?:completed|built|founded|opened|born|established)\s+in\s+\d{4}", 0),
        (r".*\b(?:was|were)\s+(?:born|founded|established)\s+in\b", 0),
    )
)
_ACTS = re.compile(
    rf"(?:[HS]e|.*\b(?:[A-ZÀ-Þ][\w’'-]+|he|she|[Tt]he\s+[\w-]+))\s+(?:\w+ly\s+)?{_GESTURE}|[HS]e\s+(?:\w+ly\s+)?{_CONDUCT}"
)
"""What a speaker does, as the reporter sees it."""
_NEW_PERSON = re.compile(r"(?:An?|Another|One\s+of)\s+[a-z]|(?:[^,.]+\s)?[A-ZÀ-Þ][\w’'-]+\s+[A-ZÀ-Þ][\w’'-]+")
_MIN_WORDS = 3


def carries_on(sentence: str, voice: str, *, before_quotation: bool) -> bool:
    """Whether an unmarked sentence behind an attributed one is still that source's.

    Within a paragraph going on is the rule; what speaks against it are the reporter's own moves: questions, first
    person, gestures, proceedings, nobody answering, biography, the introduction of somebody else.

    Args:
        sentence: The sentence, quotations masked.
        voice: The source that it would go on from.
        before_quotation: The next sentence is a quotation without a cue, so this one may introduce its speaker.

    Returns:
        True where it carries on.
    """
    sentence = sentence.strip()
    if len(sentence.split()) < _MIN_WORDS and "¤" not in sentence:
        return False
    if any(pattern.match(sentence) for pattern in _NARRATES) or _ACTS.match(sentence):
        return False
    return not (before_quotation and introduces(sentence, voice))


def introduces(sentence: str, voice: str) -> bool:
    """Whether a sentence opens with a person other than the one who spoke.

    Args:
        sentence: The sentence, quotations masked.
        voice: The source that spoke before it.

    Returns:
        True for somebody new.
    """
    found = _NEW_PERSON.match(sentence.strip())
    return bool(found) and not set(re.findall(r"[A-ZÀ-Þ]\w+", found.group() if found else "")) & set(voice.split())
