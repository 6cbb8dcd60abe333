"""8-bit storage of weights, and the folder of the embedded model. Imports no torch.

```
default/
├── SOURCE.toml                 name, version, recipe, data; SHA-256 of every file below
├── tokenizer.json  tokenizer_config.json
├── embeddings.safetensors      word embeddings, the same for both
├── judge/                      config.json, layers.safetensors: BertForSequenceClassification
└── similarity/                 config.json, layers.safetensors: BertModel; mean pooling, unit length
```
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file, save_file

from narratives.errors import ModelError

Arrays = dict[str, npt.NDArray[Any]]

SOURCE = "SOURCE.toml"
EMBEDDINGS = "embeddings.safetensors"
LAYERS = "layers.safetensors"
WORDS = "embeddings.word_embeddings.weight"
SCALE = ".scale"
SMALL = 8192
"""Matrices of fewer values stay float32: a classifier's few rows are worth more than the bytes."""
GROUP = 64
"""Columns that share a scale, where the width is a multiple; it halves the error of one scale a row for 6 % more."""


@dataclass(frozen=True, slots=True)
class PackedSource:
    """What `SOURCE.toml` says of a packed folder.

    Attributes:
        name: Of the model.
        version: Of the model.
        files: Path within the folder → SHA-256 in hex.
    """

    name: str
    version: str
    files: Mapping[str, str]

    @property
    def identity(self) -> str:
        """Name, version and a digest over the digests of all files."""
        joined = "".join(f"{name} {self.files[name]}\n" for name in sorted(self.files))
        return f"{self.name}-{self.version}@{hashlib.sha256(joined.encode()).hexdigest()[:12]}"


def pack(tensors: Mapping[str, npt.NDArray[np.float32]]) -> Arrays:
    """Store matrices as int8 with one float32 scale for 64 columns of a row, everything else as float32.

    Args:
        tensors: Name → float array.

    Returns:
        Name → int8 (rows, columns) beside `name.scale` → float32 (rows, groups); or name → float32.
    """
    packed: Arrays = {}
    for name, tensor in tensors.items():
        values = np.ascontiguousarray(tensor, dtype=np.float32)
        if values.ndim != 2 or values.size < SMALL:
            packed[name] = values
            continue
        rows, columns = values.shape
        groups = values.reshape(rows, -1, GROUP if columns % GROUP == 0 else columns)
        scale = np.abs(groups).max(axis=2) / np.float32(127)
        scale[scale == 0] = 1
        packed[name] = np.rint(groups / scale[..., None]).astype(np.int8).reshape(values.shape)
        packed[name + SCALE] = scale
    return packed


def unpack(packed: Mapping[str, npt.NDArray[Any]]) -> Arrays:
    """Undo `pack`, up to half a scale in each value.

    Args:
        packed: What `pack` gave.

    Returns:
        Name → float32 array.
    """
    tensors: Arrays = {}
    for name, values in packed.items():
        scale = packed.get(name + SCALE)
        if scale is not None:
            groups = values.reshape(*scale.shape, -1).astype(np.float32)
            tensors[name] = (groups * scale[..., None]).reshape(values.shape)
        elif not (name.endswith(SCALE) and name.removesuffix(SCALE) in packed):
            tensors[name] = values
    return tensors


def save_packed(path: Path, tensors: Mapping[str, npt.NDArray[np.float32]]) -> None:
    """Pack tensors into a safetensors file.

    Args:
        path: The file to write.
        tensors: Name → float array.
    """
    save_file(pack(tensors), path)


def load_packed(path: Path) -> Arrays:
    """Read a file that `save_packed` wrote.

    Args:
        path: The file.

    Returns:
        Name → float32 array.
    """
    return unpack(load_file(path))


def load_part(folder: Path, part: str, *, prefix: str = "") -> Arrays:
    """Read all weights of one of the two models of a packed folder.

    Args:
        folder: The packed folder.
        part: `judge` or `similarity`.
        prefix: What stands before the word embeddings' name in that model.

    Returns:
        Name → float32 array, as the model's state dict has them.
    """
    words = load_packed(folder / EMBEDDINGS)[WORDS]
    return load_packed(folder / part / LAYERS) | {prefix + WORDS: words}


def read_source(folder: Path) -> PackedSource:
    """Read what a packed folder says of itself.

    Args:
        folder: The packed folder.

    Returns:
        Name, version and digests.

    Raises:
        ModelError: `SOURCE.toml` is missing, broken, or lacks one of these.
    """
    try:
        table = tomllib.loads((folder / SOURCE).read_text(encoding="utf-8"))
        return PackedSource(name=table["name"], version=table["version"], files=table["files"])
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"cannot read {folder / SOURCE}: {error!r}; reinstall narratives") from error


def check_files(folder: Path) -> None:
    """Compare every file of a packed folder with its SHA-256.

    Args:
        folder: The packed folder.

    Raises:
        ModelError: A file is missing or differs; the message names it.
    """
    for name, expected in read_source(folder).files.items():
        try:
            got = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        except OSError as error:
            raise ModelError(f"cannot read {folder / name}: {error}; reinstall narratives") from error
        if got != expected:
            raise ModelError(
                f"{folder / name} is damaged: its SHA-256 is {got[:12]}…, not {expected[:12]}…; reinstall narratives"
            )
