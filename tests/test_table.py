"""One schema for empty and filled frames."""

import pandas as pd
import pytest

from narratives import table
from narratives.errors import SchemaError
from narratives.types import Statement


@pytest.mark.parametrize("name", table.SCHEMA)
def test_empty_table_has_every_column_and_dtype(name):
    frame = table.build([], name)
    assert len(frame) == 0
    assert {column: str(dtype) for column, dtype in frame.dtypes.items()} == dict(table.SCHEMA[name])


def test_filled_and_empty_tables_agree_and_concatenate():
    row = Statement("r", "s1", "A", "he", "said", "it rains", "it rains", 0, 8)
    filled, empty = table.statements_table([row], "sig"), table.statements_table([], "sig")
    assert list(filled.dtypes) == list(empty.dtypes)
    assert filled.loc[0, "text"] == "it rains"
    assert len(pd.concat([filled, empty])) == 1


def test_conform_drops_foreign_columns_and_renumbers():
    row = Statement("r", "s1", "A", "he", "said", "it rains", "it rains", 0, 8)
    frame = table.statements_table([row], "sig").assign(mine=1)
    frame.index = [7]
    conformed = table.conform(frame, "statements")
    assert "mine" not in conformed
    assert list(conformed.index) == [0]


def test_missing_column_is_named():
    with pytest.raises(SchemaError, match=r"lacks \['target'\]"):
        table.conform(table.build([], "stances").drop(columns="target").reindex([0]), "stances")


def test_wrong_kind_of_value_is_refused():
    frame = table.build([], "statements").reindex([0]).astype(object)
    frame["start"] = "first"
    with pytest.raises(SchemaError, match="does not fit"):
        table.conform(frame, "statements")
