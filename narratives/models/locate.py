"""Where a model lies: None, a directory or a hub id → its files, identity and label order. Imports no torch."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from narratives.errors import InputError, ModelError, ModelLabelsError, ModelNotFoundError
from narratives.models.packed import SOURCE, read_source
from narratives.types import KINDS, NLI_LABELS, STANCES

DEFAULT = Path(__file__).parent / "default"
CONTESTED = "contested"
KIND_OUTPUTS = tuple(f"kind:{name}" for name in KINDS)
"""Names of the outputs that tell why a pair is contested."""
STANCE_OUTPUTS = tuple(f"stance:{name}" for name in STANCES)
"""Names of the outputs that tell the stance of the first text toward the target that is the second."""

_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
_HUB_FILES = (
    "config.json",
    "*.safetensors",
    "*.safetensors.index.json",
    "tokenizer*",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab*",
    "merges.txt",
    "*.model",
)
_SYNONYMS = {
    "entailment": "entailment",
    "entails": "entailment",
    "entail": "entailment",
    "neutral": "neutral",
    "contradiction": "contradiction",
    "contradictory": "contradiction",
    "contradicts": "contradiction",
    **{name: name for name in (CONTESTED, *KIND_OUTPUTS, *STANCE_OUTPUTS)},
}
_OUTPUT_GROUPS = ((CONTESTED,), KIND_OUTPUTS, STANCE_OUTPUTS)
_LABELS_REMEDY = (
    "if these classes stand under other names, give them in the model's own order:"
    ' load_model(..., labels=("entailment", "neutral", "contradiction"))'
)
_PLACE_REMEDY = "give a directory that exists, a hub id like org/name, or None for the embedded model"


@dataclass(frozen=True, slots=True)
class ModelSource:
    """A model on this machine's disk, before any of its weights are read.

    Attributes:
        path: Its folder.
        identity: Name and content digest, or hub id and commit: enough to get the same weights again.
        labels: What each logit stands for, in the model's order: the names of `NLI_LABELS`; beside them maybe
            `contested`, `KIND_OUTPUTS` and `STANCE_OUTPUTS`.
        packed: The folder has the 8-bit layout of the embedded model.
    """

    path: Path
    identity: str
    labels: tuple[str, ...]
    packed: bool = False

    def find(self, names: Sequence[str]) -> list[int]:
        """Say which logits have these names, in the order of the names; empty where the model lacks one."""
        return [self.labels.index(name) for name in names] if set(names) <= set(self.labels) else []


def locate(
    model: str | os.PathLike[str] | None = None,
    *,
    revision: str | None = None,
    offline: bool = False,
    labels: Sequence[str] | None = None,
) -> ModelSource:
    """Find the files of a model and check that its labels can be told apart.

    Args:
        model: None for the embedded model; a directory, which never touches the network; or a Hugging Face hub id
            `org/name`. Whatever looks like a path and does not exist is an error, never a download.
        revision: Branch, tag or commit of a hub id.
        offline: Use only what the hub's local cache holds; the same as the environment variable HF_HUB_OFFLINE=1.
        labels: What each logit stands for, in the model's order, where its own config does not say.

    Returns:
        The source.

    Raises:
        ModelNotFoundError: There is no such directory, or the hub cannot give it, or it has no safetensors.
        ModelLabelsError: The labels do not name entailment, neutral and contradiction.
        ModelError: The config cannot be read.
        InputError: A revision was given for something that is no hub id.
    """
    path = DEFAULT if model is None else Path(model).expanduser()
    if path.is_dir():
        identity = ""
    elif model is None:
        raise ModelNotFoundError(f"the embedded model is missing from {DEFAULT}; reinstall narratives")
    elif isinstance(model, str) and _is_hub_id(model):
        path = _fetch(model, revision=revision, offline=offline or _offline_by_environment())
        identity = f"{model}@{path.name}"
    else:
        what = "is a file" if path.is_file() else "does not exist"
        raise ModelNotFoundError(f"no model at {str(model)!r}: it {what}; {_PLACE_REMEDY}")
    if not identity and revision is not None:
        raise InputError(f"revision {revision!r} was given for {str(path)!r}; only a hub id (org/name) has revisions")
    packed = (path / SOURCE).is_file()
    if packed:
        config, identity = _read_config(path / "judge"), read_source(path).identity
    else:
        config = _read_config(path)
        identity = identity or f"{path.resolve().name}@{_digest(path)}"
        if not any(path.glob("*.safetensors")):
            found = sorted(file.name for file in path.iterdir())
            raise ModelNotFoundError(
                f"{identity} has no *.safetensors, the only weights that are read; it has {found};"
                " save it once with save_pretrained(..., safe_serialization=True)"
            )
    matched = _match_labels(config, labels, identity)
    if labels is not None:  # the same weights answer differently
        identity += f"({','.join(matched)})"
    return ModelSource(path=path, identity=identity, labels=matched, packed=packed)


def _is_hub_id(model: str) -> bool:
    """`org/name`, unless a file or a folder named `org` says that a path was meant."""
    return bool(_HUB_ID.fullmatch(model)) and not Path(model).exists() and not Path(model).parent.exists()


def _offline_by_environment() -> bool:
    return os.environ.get("HF_HUB_OFFLINE", "").lower() in {"1", "true", "yes", "on"}


def _fetch(model: str, *, revision: str | None, offline: bool) -> Path:
    """Bring config, tokenizer and safetensors of a hub id into the local cache; the folder is named by its commit."""
    from huggingface_hub import errors, snapshot_download

    failures: tuple[type[Exception], ...] = (OSError, ValueError, vars(errors)["HTTPError"])
    try:
        return Path(
            snapshot_download(
                model,
                revision=revision,
                allow_patterns=list(_HUB_FILES),
                ignore_patterns=["*/*"],
                local_files_only=offline,
            )
        )
    except failures as error:
        place = "the local cache of the Hugging Face hub (offline)" if offline else "the Hugging Face hub"
        raise ModelNotFoundError(
            f"cannot get the model {model!r} (revision {revision or 'main'}) from {place}:"
            f" {type(error).__name__}: {str(error).strip().splitlines()[0] if str(error).strip() else 'no message'};"
            " check the name and the connection, give a local directory, or None for the embedded model"
        ) from error


def _read_config(path: Path) -> dict[str, Any]:
    try:
        config = json.loads((path / "config.json").read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelNotFoundError(f"no model at {str(path)!r}: it has no config.json; {_PLACE_REMEDY}") from error
    except (OSError, ValueError) as error:
        raise ModelError(f"cannot read {path / 'config.json'}: {error}") from error
    if not isinstance(config, dict):
        raise ModelError(f"{path / 'config.json'} holds a {type(config).__name__}; expected a JSON object")
    return config


def _match_labels(config: dict[str, Any], given: Sequence[str] | None, identity: str) -> tuple[str, ...]:
    """Read the label order by name, from what the caller gave or else from `id2label`."""
    id2label = config.get("id2label") or {}
    try:
        own = [str(id2label[key]) for key in sorted(id2label, key=int)]
    except (TypeError, ValueError) as error:
        raise ModelLabelsError(f"id2label of {identity} is {id2label!r}; {_LABELS_REMEDY}") from error
    if given is not None and own and len(given) != len(own):
        raise ModelLabelsError(f"labels {list(given)} were given for {identity}, which has {len(own)}: {own}")
    names = own if given is None else list(given)
    matched = tuple(_SYNONYMS.get(str(name).strip().lower(), "") for name in names)
    beside = set(matched) - set(NLI_LABELS)
    groups = [group for group in _OUTPUT_GROUPS if beside & set(group)]
    if sorted(matched) != sorted(NLI_LABELS + tuple(name for group in groups for name in group)):
        said = f"are {names}" if names else "are missing (config.json has no id2label)"
        raise ModelLabelsError(
            f"the labels of {identity} {said}; expected entailment, neutral and contradiction in any order,"
            f" and at most {CONTESTED!r} besides; {_LABELS_REMEDY}"
        )
    return matched


def _digest(path: Path) -> str:
    """First 12 hex digits of the SHA-256 over config and weights."""
    digest = hashlib.sha256()
    for file in [path / "config.json", *sorted(path.glob("*.safetensors"))]:
        with file.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()[:12]
