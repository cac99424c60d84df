"""What the product imports is what `pyproject.toml` says that it needs."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]
OURS = {"threatwright", "hatch_build"}
APART = {"art", "sklearn"}
"""Imported in the private environment that `doctor --install-art` makes, and nowhere else."""


def imported() -> Iterator[str]:
    """The top-level packages that modules import, wherever in them."""
    for path in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Import(names=names):
                    yield from (name.name.split(".")[0] for name in names)
                case ast.ImportFrom(module=str(module), level=0):
                    yield module.split(".")[0]


def declared() -> set[str]:
    """The distributions that the project depends on."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {plain(re.split(r"[^\w.-]", one)[0]) for one in project["dependencies"]}


def plain(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def test_every_package_that_is_imported_is_declared() -> None:
    brings = packages_distributions()
    others = set(imported()) - set(sys.stdlib_module_names) - OURS - APART
    found = {name: {plain(one) for one in brings.get(name, ())} for name in others}
    assert {name for name, names in found.items() if not names & declared()} == set()


def test_every_package_that_is_declared_is_imported() -> None:
    brings = packages_distributions()
    names = {plain(one) for name in imported() for one in brings.get(name, ())}
    assert declared() - names == set()
