"""From token ids to padded batches: joining, windows, and a budget of tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from narratives.errors import ModelError

Tokens = Sequence[int]
_PROBE = ("They agreed on it.", "No one did, not even once.")


@dataclass(frozen=True, slots=True)
class Template:
    """How a tokenizer joins two texts: before, premise, between, hypothesis, after.

    Attributes:
        before: Special tokens in front of the premise.
        between: Special tokens between the two.
        after: Special tokens behind the hypothesis.
        second_type: Token type id from the hypothesis on; the type id before it is 0.
        pad: Id of the padding token.
    """

    before: tuple[int, ...]
    between: tuple[int, ...]
    after: tuple[int, ...]
    second_type: int
    pad: int

    @property
    def n_special(self) -> int:
        """How many tokens are added to a pair."""
        return len(self.before) + len(self.between) + len(self.after)

    def join(self, a: Tokens, b: Tokens) -> tuple[list[int], list[int]]:
        """Join two texts.

        Args:
            a: Token ids of the premise.
            b: Token ids of the hypothesis.

        Returns:
            Token ids and token type ids of the pair.
        """
        n_first = len(self.before) + len(a) + len(self.between)
        n_second = len(b) + len(self.after)
        return [*self.before, *a, *self.between, *b, *self.after], [0] * n_first + [self.second_type] * n_second

    def collate(self, pairs: Sequence[tuple[Tokens, Tokens]]) -> dict[str, npt.NDArray[np.int64]]:
        """Join pairs and pad them on the right to the longest.

        Args:
            pairs: Token ids of premises and hypotheses.

        Returns:
            `input_ids`, `attention_mask` and `token_type_ids`, each int64 (n_pairs, width).
        """
        joined = [self.join(a, b) for a, b in pairs]
        shape = len(joined), max(len(ids) for ids, _ in joined)
        input_ids = np.full(shape, self.pad, dtype=np.int64)
        mask, types = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
        for row, (ids, type_ids) in enumerate(joined):
            input_ids[row, : len(ids)] = ids
            types[row, : len(ids)] = type_ids
            mask[row, : len(ids)] = 1
        return {"input_ids": input_ids, "attention_mask": mask, "token_type_ids": types}


def tokenize(texts: Sequence[str], tokenizer: Any) -> list[list[int]]:
    """Turn texts into token ids, without special tokens and uncut.

    A text that spells a special token (`</s>`, `[SEP]`) is read as the plain characters it consists of, and half a
    surrogate pair, which is no character, as a question mark.

    Args:
        texts: Any number of texts.
        tokenizer: Of the transformers library.

    Returns:
        Token ids of each text.
    """
    if not texts:  # a tokenizer refuses an empty list
        return []
    texts = [text.encode("utf-8", "replace").decode() for text in texts]
    ids: list[list[int]] = tokenizer(
        texts, add_special_tokens=False, split_special_tokens=True, truncation=False, padding=False, verbose=False
    )["input_ids"]
    return ids


def learn_template(tokenizer: Any) -> Template:
    """See from one pair how a tokenizer joins two texts, whatever its architecture and version.

    Args:
        tokenizer: Of the transformers library.

    Returns:
        A template that joins token ids exactly as `tokenizer(a, b)` does.

    Raises:
        ModelError: The tokenizer does not simply put the two texts one after the other.
    """
    a, b = tokenize(_PROBE, tokenizer)
    encoding = tokenizer(*_PROBE, truncation=False, padding=False, verbose=False)
    ids = list(encoding["input_ids"])
    types = list(encoding.get("token_type_ids") or [0] * len(ids))
    n_special = len(ids) - len(a) - len(b)
    pad = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else 0
    for n_before in range(n_special + 1):
        for n_between in range(n_special - n_before + 1):
            middle, end = n_before + len(a), n_before + len(a) + n_between + len(b)
            template = Template(
                before=tuple(ids[:n_before]),
                between=tuple(ids[middle : middle + n_between]),
                after=tuple(ids[end:]),
                second_type=types[-1],
                pad=pad,
            )
            if template.join(a, b) == (ids, types):
                return template
    raise ModelError(
        f"{type(tokenizer).__name__} does not join two texts one after the other; expected the tokenizer of a"
        " sequence classification model such as BERT, RoBERTa, DeBERTa, BART, ModernBERT or XLM-RoBERTa"
    )


def cut_windows(n_tokens: int, size: int) -> list[tuple[int, int]]:
    """Cut a text into windows that overlap by half.

    Args:
        n_tokens: Length of the text.
        size: Longest window, at least 1.

    Returns:
        `(start, end)` of each window, half-open; one window when the text fits.
    """
    if n_tokens <= size:
        return [(0, n_tokens)]
    starts = [*range(0, n_tokens - size, max(1, size // 2)), n_tokens - size]
    return [(start, start + size) for start in starts]


def cut_pair(a: Tokens, b: Tokens, room: int) -> list[tuple[Tokens, Tokens]]:
    """Cut a pair that is too long into pairs of windows; the shorter text stays whole if it leaves half the room.

    Args:
        a: Token ids of the premise.
        b: Token ids of the hypothesis.
        room: Tokens that the two may have together, at least 2.

    Returns:
        Every window of the one with every window of the other; the pair itself when it fits.
    """
    if len(a) + len(b) <= room:
        return [(a, b)]
    size_a = max(room // 2, room - len(b))
    size_b = max(room // 2, room - len(a))
    return [(a[i:j], b[k:m]) for i, j in cut_windows(len(a), size_a) for k, m in cut_windows(len(b), size_b)]


def plan_batches(lengths: Sequence[int], budget: int) -> list[npt.NDArray[np.int64]]:
    """Sort by length, longest first, and cut into batches of at most `budget` tokens, padding included.

    Args:
        lengths: Tokens of each row.
        budget: Rows times width of a batch; a longer row makes a batch of its own.

    Returns:
        Indices of the rows of each batch.
    """
    order = np.argsort(-np.asarray(lengths, dtype=np.int64), kind="stable")
    batches = []
    start = 0
    while start < len(order):
        n_rows = max(1, budget // max(1, lengths[order[start]]))
        batches.append(order[start : start + n_rows])
        start += n_rows
    return batches
