"""Characters that a reader cannot see, but that change what is seen."""

from __future__ import annotations

import re

HIDDEN = re.compile(
    "["
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # controls, but for tab and the ends of lines
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # direction marks, embeddings, overrides and isolates
    "\u2028\u2029\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb"  # separators, joiners, annotations without a glyph
    "\U000e0000-\U000e007f"  # tags: invisible copies of ASCII
    "\ud800-\udfff"  # halves of surrogate pairs, which no file can hold
    "]"
)
"""One character that could disguise a text, or drive the terminal that shows it."""


def escape_hidden(text: str) -> str:
    """Write hidden characters out, as in `⟨U+202E⟩`.

    Args:
        text: Any text.

    Returns:
        The text, safe to print: nothing in it turns the direction, hides words or drives a terminal.
    """
    return HIDDEN.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text)
