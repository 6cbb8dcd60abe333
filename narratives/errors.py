"""The exceptions of the library.

```
NarrativesError
├── InputError(ValueError)                what was given cannot be used
│   ├── ReportError                       a report: missing, empty, binary, undecodable
│   ├── SidesError                        sides: an alias claimed twice, too few sides, an unknown side
│   └── SchemaError                       a table: a column missing or of the wrong kind
├── ModelError
│   ├── ModelNotFoundError(FileNotFoundError)   no model at that place
│   ├── ModelLabelsError(ValueError)            the labels of a model do not name the three classes
│   └── ScoringError(RuntimeError)              a model answered with something that is not probabilities
└── MissingDependencyError(ImportError)   names the extra to install
```

Each says what was got, what was expected, and what to do.
"""

from __future__ import annotations


class NarrativesError(Exception):
    """Base of every exception that the library raises on purpose."""


class InputError(NarrativesError, ValueError):
    """What was given cannot be used."""


class ReportError(InputError):
    """A report is missing, empty, binary or cannot be decoded."""


class SidesError(InputError):
    """The sides cannot be used: an alias claimed twice, too few sides, or none found."""


class SchemaError(InputError):
    """A table lacks a column, or a column holds the wrong kind of value."""


class ModelError(NarrativesError):
    """Something is wrong with a model."""


class ModelNotFoundError(ModelError, FileNotFoundError):
    """There is no model at the place that was named."""

    def __str__(self) -> str:
        """Give the plain message; the inherited errno form would quote it."""
        return str(self.args[0]) if self.args else ""


class ModelLabelsError(ModelError, ValueError):
    """The labels of a model do not name entailment, neutral and contradiction."""


class ScoringError(ModelError, RuntimeError):
    """A model answered with something that is not probabilities."""


class MissingDependencyError(NarrativesError, ImportError):
    """An optional package is not installed; the message names the extra."""
