"""Result files: one for each suite and model, with all that is needed to compare it. Importing this loads no torch."""

from __future__ import annotations

import json
import math
import platform
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from narratives.provenance import library_version

Row = dict[str, Any]
RESULTS = Path(__file__).parent / "results"
_LIBRARIES = ("narratives", "numpy", "pandas", "scikit-learn", "sentence-transformers", "torch", "transformers")
_FLAGS = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_tile", "amx_bf16", "amx_int8")


def describe_hardware() -> dict[str, Any]:
    """Say what the figures were made on: processor, its flags that decide speed, cores, threads, GPU."""
    import torch

    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="utf-8", errors="replace") if cpuinfo.is_file() else ""
    found = {
        key: match[1].strip()
        for key in ("model name", "flags")
        if (match := re.search(rf"^{key}\s*:(.*)$", lines, re.MULTILINE))
    }
    flags = set(found.get("flags", "").split())
    gpu = torch.cuda.get_device_name() if torch.cuda.is_available() else None
    return {
        "cpu": found.get("model name") or platform.processor() or platform.machine(),
        "flags": [flag for flag in _FLAGS if flag in flags],
        "cores": len(flags and re.findall(r"^processor\s*:", lines, re.MULTILINE)) or None,
        "threads": torch.get_num_threads(),
        "gpu": gpu,
    }


def name_model(model: str | None) -> str:
    """Give the name that a result file carries: `default`, or the place with its separators replaced."""
    if model is None:
        return "default"
    place = Path(model)
    return re.sub(r"[^\w.-]+", "--", place.resolve().name if place.exists() else model)


def finite(value: Any) -> Any:
    """Turn NaN into None throughout, which JSON can carry."""
    if isinstance(value, dict):
        return {key: finite(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(entry) for entry in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def write_result(
    suite: str, model_name: str, rows: list[Row], *, about: Mapping[str, Any], out: Path = RESULTS
) -> Path:
    """Write one result file.

    Args:
        suite: Name of the suite.
        model_name: As `name_model` gives it.
        rows: What was measured.
        about: Identity, signature, seed, command and the like.
        out: The folder, made if need be.

    Returns:
        The file.
    """
    out.mkdir(parents=True, exist_ok=True)
    path = out / f"{suite}-{model_name}.json"
    result = {
        "suite": suite,
        "model": model_name,
        **about,
        "date": datetime.now(UTC).date().isoformat(),
        "versions": {"python": platform.python_version(), **{name: library_version(name) for name in _LIBRARIES}},
        "hardware": describe_hardware(),
        "rows": rows,
    }
    text = json.dumps(finite(result), indent=1, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")
    return path


def read_results(folder: Path = RESULTS) -> dict[str, list[dict[str, Any]]]:
    """Read all result files.

    Args:
        folder: Where they lie.

    Returns:
        Suite → results, that of the embedded model first, then by name.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for path in sorted(folder.glob("*.json"), key=lambda path: (not path.stem.endswith("-default"), path.name)):
        result = json.loads(path.read_text(encoding="utf-8"))
        found.setdefault(result["suite"], []).append(result)
    return found
