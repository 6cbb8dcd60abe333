"""What README shows runs, and what it links to is there."""

import re
from pathlib import Path

import pytest

PAGES = [Path("README.md"), *sorted(Path("docs").glob("*.md"))]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for link in re.findall(r"\]\((?!https?://|#)([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
        assert (page.parent / link).exists(), link


def test_the_code_of_readme_runs(tmp_path, monkeypatch):
    root = Path.cwd()
    blocks = BLOCK.findall(Path("README.md").read_text(encoding="utf-8"))
    assert len(blocks) >= 2
    monkeypatch.chdir(tmp_path)
    (tmp_path / "seeds").symlink_to(root / "seeds")
    scope: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, "README.md", "exec"), scope)
    assert (tmp_path / "call.html").exists()


def test_every_column_is_explained():
    from narratives.table import SCHEMA

    text = Path("docs/concepts.md").read_text(encoding="utf-8")
    for columns in SCHEMA.values():
        for column in columns:
            bare = re.sub(r"_(a|b|ab|ba)$", "", column)
            assert f"`{column}`" in text or bare in text, column


def test_every_command_is_in_readme():
    text = Path("README.md").read_text(encoding="utf-8")
    for command in ("analyze", "compare", "statements", "sides", "model"):
        assert f"narratives {command}" in text
