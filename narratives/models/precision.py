"""On which device, and in which number format, a model runs fastest without losing its answers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch

from narratives.errors import InputError, ModelError

CPUINFO = Path("/proc/cpuinfo")

_CPU_PROBES = ("_is_amx_tile_supported", "_is_avx512_bf16_supported")
_CPU_FLAGS = {"amx_bf16", "avx512_bf16"}


@dataclass(frozen=True, slots=True)
class Precision:
    """Where and how weights and activations are held; probabilities are float32 always.

    Attributes:
        device: Of the model.
        dtype: Of its weights and activations.
    """

    device: torch.device
    dtype: torch.dtype


def choose_precision(device: str | None = None) -> Precision:
    """Choose device and number format.

    A GPU runs in bfloat16 where it can, else float16; Apple's MPS in float32; a CPU in bfloat16 only where it
    multiplies it in hardware (AMX or AVX512-BF16), for elsewhere it is many times slower than float32.

    Args:
        device: `cpu`, `cuda`, `cuda:1` or `mps`; None takes the first of CUDA, MPS and CPU that is there.

    Returns:
        The choice.

    Raises:
        InputError: The name is no device that the library runs on.
        ModelError: The device is not there.
    """
    if device is None:
        device = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    kind, _, index = str(device).partition(":")
    if kind not in ("cpu", "cuda", "mps") or (index and not index.isdecimal()):
        raise InputError(f"device is {device!r}; expected 'cpu', 'cuda', 'cuda:1', 'mps' or None")
    if kind == "cuda":
        n_devices = torch.cuda.device_count() if torch.cuda.is_available() else 0
        if int(index or 0) >= n_devices:
            raise ModelError(f"device {device!r} is not there: {n_devices} CUDA devices were found; use device='cpu'")
        dtype = torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    elif kind == "mps":
        if not torch.backends.mps.is_available():
            raise ModelError("device 'mps' is not there: this PyTorch finds no Apple GPU; use device='cpu'")
        dtype = torch.float32
    else:
        dtype = torch.bfloat16 if has_fast_bf16() else torch.float32
    return Precision(torch.device(device), dtype)


def has_fast_bf16() -> bool:
    """Tell whether this CPU multiplies bfloat16 in hardware (AMX, or AVX512-BF16)."""
    probes = [getattr(torch.cpu, name, None) for name in _CPU_PROBES]
    if all(probes):
        return any(bool(probe()) for probe in probes if probe)
    try:
        cpuinfo = CPUINFO.read_text(encoding="utf-8", errors="replace")
    except OSError:  # not Linux
        return False
    return not _CPU_FLAGS.isdisjoint(cpuinfo.split())
