"""Training of the embedded model by a recipe, and of a user's own on their pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from narratives.training.fine_tuning import finetune

__all__ = ["finetune"]


def __getattr__(name: str) -> Any:
    """Load torch only when training is asked for."""
    if name == "finetune":
        from narratives.training.fine_tuning import finetune

        return finetune
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
