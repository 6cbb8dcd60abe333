"""Fixtures that several folders share, and no network for any test."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from safetensors.numpy import load_file, save_file
from tiny import ARCHITECTURES, rewrite_config, write_model, write_tokenizer

from narratives.types import NLI_LABELS

LOCAL = {None, "", "localhost", "127.0.0.1", "::1", socket.gethostname()}


@pytest.fixture(scope="session", autouse=True)
def offline() -> Iterator[None]:
    """Fail whatever looks up a host other than this one; that cannot be caught by mistake, being no Exception."""
    look_up = socket.getaddrinfo

    def guarded(host: Any, *args: Any, **options: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        return look_up(host, *args, **options) if name in LOCAL else pytest.fail(f"a test reached for {name}")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", guarded)
        yield


@pytest.fixture(scope="session")
def tiny_models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Architecture → folder of a checkpoint whose labels are in the order of `NLI_LABELS`."""
    folder = tmp_path_factory.mktemp("tiny")
    for architecture in ARCHITECTURES:
        write_model(architecture, folder / architecture)
        write_tokenizer(architecture, folder / architecture)
    return {architecture: folder / architecture for architecture in ARCHITECTURES}


@pytest.fixture
def relabel(tmp_path: Path) -> Callable[[Path, Sequence[str]], Path]:
    """Copy a checkpoint with the rows of its classifier, and their names, in another order."""

    def copy(source: Path, labels: Sequence[str]) -> Path:
        target = tmp_path / f"{source.name}-{'-'.join(labels)}"
        shutil.copytree(source, target)
        rows = [NLI_LABELS.index(label.lower()) for label in labels]
        weights = load_file(source / "model.safetensors")
        weights |= {name: values[rows] for name, values in weights.items() if len(values) == len(NLI_LABELS)}
        save_file(weights, target / "model.safetensors", metadata={"format": "pt"})
        rewrite_config(target, id2label=dict(enumerate(labels)), label2id={n: i for i, n in enumerate(labels)})
        return target

    return copy
