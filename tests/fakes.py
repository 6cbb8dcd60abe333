"""Stand-ins at the model boundary: they follow rules, so that a test can say what comes out."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

import numpy as np

from narratives.types import NLIOutput, Pair, Probabilities

NEGATIONS = {"not", "no", "never", "nothing", "nobody", "denied", "denies"}
EMPTY_WORDS = {"the", "a", "an", "of", "to", "in", "on", "at", "and", "is", "was", "were", "be", "it", "that", "did"}
ENTAILMENT, NEUTRAL, CONTRADICTION = (0.9, 0.08, 0.02), (0.05, 0.9, 0.05), (0.02, 0.08, 0.9)


def words_of(text: str) -> set[str]:
    """Content words of a text, lower case, negations included."""
    return set(re.findall(r"[\w’']+", text.lower().replace("n't", " not").replace("n’t", " not"))) - EMPTY_WORDS


class FakeModel:
    """Contradiction: half of the shorter text is shared and one is negated; entailment: the whole hypothesis is."""

    def __init__(self, *, contested: bool = True, identity: str = "fake-1") -> None:
        self.identity = identity
        self.calls: list[list[Pair]] = []
        self._has_contested = contested

    def predict(self, pairs: Sequence[Pair]) -> NLIOutput:
        self.calls.append(list(pairs))
        probs = np.array([self._judge(a, b) for a, b in pairs], dtype=np.float32).reshape(-1, 3)
        contested = probs[:, 2].copy() if self._has_contested else None
        return NLIOutput(probs=probs, truncated=np.zeros(len(pairs), dtype=np.bool_), contested=contested)

    @staticmethod
    def _judge(premise: str, hypothesis: str) -> tuple[float, float, float]:
        a, b = words_of(premise), words_of(hypothesis)
        negated = bool(a & NEGATIONS) != bool(b & NEGATIONS)
        a, b = a - NEGATIONS, b - NEGATIONS
        if not negated:
            return ENTAILMENT if b and b <= a else NEUTRAL
        return CONTRADICTION if a and b and len(a & b) >= min(len(a), len(b)) / 2 else NEUTRAL


class FakeEncoder:
    """A hashed bag of words: texts that share words are near each other."""

    identity = "fake-encoder-1"
    width = 64

    def encode(self, texts: Sequence[str]) -> Probabilities:
        rows = np.zeros((len(texts), self.width), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in words_of(text):
                row[zlib.crc32(word.encode()) % self.width] += 1
        rows[~rows.any(axis=1), 0] = 1
        unit: Probabilities = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit
