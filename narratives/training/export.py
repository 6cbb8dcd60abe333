"""From a trained judge and the encoder it started from to the folder of the embedded model."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file

from narratives.errors import InputError
from narratives.models.packed import EMBEDDINGS, LAYERS, SOURCE, WORDS, Arrays, save_packed

JUDGE_PREFIX = "bert."
TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json")


def export_default(
    judge_dir: Path,
    encoder_dir: Path,
    target: Path,
    *,
    name: str,
    version: str,
    recipe: str,
    base: str = "sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0)",
    data: Sequence[str] = (),
    temperatures: Mapping[str, float] | None = None,
) -> None:
    """Write the folder of the embedded model: 8-bit weights, word embeddings once, SHA-256 of every file.

    Args:
        judge_dir: A BertForSequenceClassification as transformers saves it, tokenizer included.
        encoder_dir: The BertModel it started from, likewise; its pooler is left out.
        target: The folder to write; files of other names in it stay as they are.
        name: Of the model.
        version: Of the model.
        recipe: What it was trained by.
        base: What it started from, with the licence.
        data: What it was trained on, with the licences.
        temperatures: Name of an output → what its logits are divided by, once and for all.

    Raises:
        InputError: A folder lacks a file or is no BERT, or the two do not share word embeddings and vocabulary.
    """
    judge, encoder = _read_weights(judge_dir), _read_weights(encoder_dir)
    words = judge.pop(JUDGE_PREFIX + WORDS, None)
    encoder_words = encoder.pop(WORDS, None)
    if words is None or encoder_words is None:
        raise InputError(
            f"{judge_dir} or {encoder_dir} has no {WORDS}; expected a BertForSequenceClassification and a BertModel"
        )
    if not np.array_equal(words, encoder_words):
        raise InputError(
            f"the word embeddings of {judge_dir} and {encoder_dir} differ; train with freeze_embeddings = true,"
            " from this encoder"
        )
    if _vocabulary(judge_dir) != _vocabulary(encoder_dir):
        raise InputError(f"the tokenizers of {judge_dir} and {encoder_dir} differ; the two models must share one")
    outputs = json.loads((judge_dir / "config.json").read_text(encoding="utf-8"))["id2label"]
    for index, output in outputs.items():
        for part in ("weight", "bias"):
            judge[f"classifier.{part}"][int(index)] /= (temperatures or {}).get(output, 1.0)
    for part in ("judge", "similarity"):
        (target / part).mkdir(parents=True, exist_ok=True)
    layers = {key: values for key, values in encoder.items() if not key.startswith("pooler.")}
    save_packed(target / EMBEDDINGS, {WORDS: words})
    save_packed(target / "judge" / LAYERS, judge)
    save_packed(target / "similarity" / LAYERS, layers)
    shutil.copyfile(judge_dir / "config.json", target / "judge" / "config.json")
    shutil.copyfile(encoder_dir / "config.json", target / "similarity" / "config.json")
    for file in TOKENIZER_FILES:
        shutil.copyfile(judge_dir / file, target / file)
    files = [EMBEDDINGS, *TOKENIZER_FILES]
    files += [f"{part}/{file}" for part in ("judge", "similarity") for file in ("config.json", LAYERS)]
    tempered = [f"{output} {value:.3f}" for output, value in (temperatures or {}).items()]
    about = {
        "name": name, "version": version, "base": base, "recipe": recipe, "data": list(data), "temperatures": tempered,
    }  # fmt: skip
    digests = {file: hashlib.sha256((target / file).read_bytes()).hexdigest() for file in files}
    lines = [f"{key} = {_toml(value)}" for key, value in about.items()]
    lines += ["", "[files]", *(f"{_toml(file)} = {_toml(digest)}" for file, digest in sorted(digests.items()))]
    (target / SOURCE).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _toml(value: object) -> str:
    """A JSON string, or a list of them, is the same in TOML."""
    return json.dumps(value, ensure_ascii=False)


def _read_weights(folder: Path) -> Arrays:
    """Read the float tensors of a checkpoint; buffers such as `position_ids` are made anew at load."""
    for file in ("model.safetensors", "config.json", *TOKENIZER_FILES):
        if not (folder / file).is_file():
            raise InputError(f"{folder} has no {file}; expected the folder of a model saved by transformers")
    tensors = load_file(folder / "model.safetensors")
    return {name: values for name, values in tensors.items() if np.issubdtype(values.dtype, np.floating)}


def _vocabulary(folder: Path) -> Any:
    return json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
