"""Contrasting-narrative analysis: who said what, and which claims the sides contest.

```python
import narratives as nv

a = nv.analyze(nv.read_report("call.txt"))
print(a.contested[["p_contested", "side_a", "text_a", "side_b", "text_b"]])
```

Names load when they are first used, so that `import narratives` is light and touches no global state.
"""

from __future__ import annotations

import logging
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from narratives.analysis import Analysis
    from narratives.api import analyze, compare, score_pairs, score_stances
    from narratives.errors import (
        InputError,
        MissingDependencyError,
        ModelError,
        ModelLabelsError,
        ModelNotFoundError,
        NarrativesError,
        ReportError,
        SchemaError,
        ScoringError,
        SidesError,
    )
    from narratives.extract.attribute import find_attributions
    from narratives.extract.reading import read_report
    from narratives.models import load_model
    from narratives.pipeline import Analyzer
    from narratives.types import Attribution, NLIOutput, Options, Report, Side, Span, Statement

__version__ = "0.1.0"

_HOMES = {
    "narratives.analysis": ("Analysis",),
    "narratives.api": ("analyze", "compare", "score_pairs", "score_stances"),
    "narratives.errors": (
        "InputError",
        "MissingDependencyError",
        "ModelError",
        "ModelLabelsError",
        "ModelNotFoundError",
        "NarrativesError",
        "ReportError",
        "SchemaError",
        "ScoringError",
        "SidesError",
    ),
    "narratives.extract.attribute": ("find_attributions",),
    "narratives.extract.reading": ("read_report",),
    "narratives.models": ("load_model",),
    "narratives.pipeline": ("Analyzer",),
    "narratives.types": ("Attribution", "NLIOutput", "Options", "Report", "Side", "Span", "Statement"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [  # noqa: RUF022 - grouped as a reader meets them
    "read_report",
    "find_attributions",
    "analyze",
    "compare",
    "score_pairs",
    "score_stances",
    "load_model",
    "Analyzer",
    "Analysis",
    "Attribution",
    "NLIOutput",
    "Options",
    "Report",
    "Side",
    "Span",
    "Statement",
    "InputError",
    "MissingDependencyError",
    "ModelError",
    "ModelLabelsError",
    "ModelNotFoundError",
    "NarrativesError",
    "ReportError",
    "SchemaError",
    "ScoringError",
    "SidesError",
]

logging.getLogger(__name__).addHandler(logging.NullHandler())


def __getattr__(name: str) -> Any:
    """Load a public name from its module."""
    if name not in _HOME_OF:
        raise AttributeError(f"module 'narratives' has no attribute {name!r}")
    value = getattr(import_module(_HOME_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted({*globals(), *__all__})
