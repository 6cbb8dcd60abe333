"""What training starts from: the embedded model, a judge of the user's, or a pretrained encoder."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from narratives.errors import InputError, ModelLabelsError
from narratives.models.cross_encoder import load_checkpoint
from narratives.models.locate import CONTESTED, DEFAULT, KIND_OUTPUTS, STANCE_OUTPUTS, locate
from narratives.types import NLI_LABELS

LABELS = (*NLI_LABELS, CONTESTED, *KIND_OUTPUTS, *STANCE_OUTPUTS)
"""The outputs of a judge, in the order of its logits."""


def find_base(base: str) -> Path:
    """Find the folder of what training starts from.

    Args:
        base: `default` for the embedded model, a directory, or the name of an installed package with a `model/`.

    Returns:
        The folder.

    Raises:
        InputError: It is none of these.
    """
    if base == "default":
        return DEFAULT
    if Path(base).is_dir():
        return Path(base)
    spec = importlib.util.find_spec(base) if base.isidentifier() else None
    if spec is None or spec.origin is None:
        raise InputError(f"no base at {base!r}; give `default`, a directory, or install the package of that name")
    return Path(spec.origin).parent / "model"


def load_base(folder: Path) -> tuple[Any, Any]:
    """Load a judge, whose outputs are kept by their names, or an encoder; with the outputs `LABELS` and no dropout.

    Args:
        folder: Of a checkpoint, or of the embedded model.

    Returns:
        The tokenizer, and a sequence classifier in float32. Outputs that a judge does not have yet begin at zero.

    Raises:
        ModelError: It cannot be loaded.
    """
    try:
        source = locate(folder)
    except ModelLabelsError:
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        model = AutoModelForSequenceClassification.from_pretrained(
            folder, num_labels=len(LABELS), local_files_only=True, dtype=torch.float32, ignore_mismatched_sizes=True
        )
    else:
        tokenizer, model = load_checkpoint(source)
        _name_outputs(model, source.labels)
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    model.config.id2label = dict(enumerate(LABELS))
    model.config.label2id = {name: index for index, name in enumerate(LABELS)}
    return tokenizer, model


def _name_outputs(model: Any, own: tuple[str, ...]) -> None:
    """Give a judge the outputs `LABELS`: those it has under the same names, the others zero."""
    name, old = [
        (name, module)
        for name, module in model.named_modules()
        if isinstance(module, torch.nn.Linear) and module.out_features == len(own)
    ][-1]
    new = torch.nn.Linear(old.in_features, len(LABELS), bias=old.bias is not None)
    for parameter, values in new.named_parameters():
        values.data.zero_()
        for row, label in enumerate(LABELS):
            if label in own:
                values.data[row] = getattr(old, parameter).data[own.index(label)]
    model.set_submodule(name, new)
    model.num_labels = model.config.num_labels = len(LABELS)
