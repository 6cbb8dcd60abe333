"""Where models come from and how they run fast. Importing this loads no torch; the two functions do."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from narratives.errors import InputError
from narratives.models.locate import DEFAULT
from narratives.models.locate import locate as locate_source  # the name `locate` stays the module's
from narratives.types import Encoder, NLIModel


def load_model(
    model: Any = None,
    *,
    device: str | None = None,
    revision: str | None = None,
    offline: bool = False,
    labels: Sequence[str] | None = None,
) -> NLIModel:
    """Load the model that scores pairs.

    Args:
        model: None for the embedded model; a directory with a transformers checkpoint (config, tokenizer,
            safetensors), which never touches the network; a Hugging Face hub id `org/name`; or an object with
            `predict(pairs)` that gives an `NLIOutput`, which is returned as it is.
        device: `cpu`, `cuda`, `cuda:1` or `mps`; None takes the fastest that is there.
        revision: Branch, tag or commit of a hub id; `identity` has the commit that it stands for.
        offline: Take a hub id from the local cache only.
        labels: What each logit stands for, in the model's order, where its config does not name
            entailment, neutral and contradiction.

    Returns:
        The model.

    Raises:
        ModelNotFoundError: There is no model at that place.
        ModelLabelsError: Its labels do not name the three classes.
        ModelError: It cannot be loaded, or the device is not there.
        InputError: It is none of the things above, or an option does not apply to it.
    """
    if model is None or isinstance(model, (str, os.PathLike)):
        source = locate_source(model, revision=revision, offline=offline, labels=labels)
        from narratives.models.cross_encoder import CrossEncoder

        return CrossEncoder(source, device=device)
    if isinstance(model, type) or not callable(getattr(model, "predict", None)):
        raise InputError(
            f"model is {model!r}; expected None, a directory, a hub id like org/name, or an object with predict(pairs)"
        )
    if device is not None or revision is not None or labels is not None:
        raise InputError(
            f"device, revision and labels do not apply to a {type(model).__name__} that is loaded; leave them out"
        )
    loaded: NLIModel = model
    return loaded


def identity_of(model: Any) -> str:
    """Name a model in hand: its `identity`, or the name of its class where it has none.

    Args:
        model: Any object with `predict`.

    Returns:
        The name.
    """
    return str(getattr(model, "identity", type(model).__name__))


def load_encoder(*, device: str | None = None) -> Encoder:
    """Load the embedded similarity encoder.

    Args:
        device: As for `load_model`.

    Returns:
        The encoder.

    Raises:
        ModelError: Its files are missing or damaged, or the device is not there.
    """
    from narratives.models.sentence_encoder import SentenceEncoder

    return SentenceEncoder(DEFAULT, device=device)
