"""Every command that the README shows is run, in its order, by the shell."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SYSTEM = (
    "Our shop has a chatbot. It uses GPT-4o and looks up help articles in a vector database. "
    "Customers type questions on our web site, and nobody reads the answers before they do."
)


def commands() -> list[str]:
    blocks = re.findall(r"^```\n(.*?)^```", README, flags=re.M | re.S)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


def test_the_two_commands_are_targets_of_make() -> None:
    shown = [c for c in commands() if c.startswith("make ")]
    assert shown == ["make run", "make test"]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in ("run", "test", "demo"):
        assert re.search(rf"^{target}:", makefile, flags=re.M)


@pytest.mark.slow
def test_the_tour_runs_as_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "my-system.md").write_text(SYSTEM, encoding="utf-8")
    tour = [c for c in commands() if c.startswith("threatwright")]
    assert len(tour) >= 9
    env = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "THREATWRIGHT_HOME": str(tmp_path / "home"),
    }
    for command in tour:
        done = subprocess.run(  # noqa: S602 - the README is ours, and a reader would use a shell
            command, shell=True, cwd=tmp_path, env=env, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, ""), command
    assert "```mermaid" in (tmp_path / "fraud.md").read_text(encoding="utf-8")
    assert (tmp_path / "my-system.threatmodel.yaml").exists()


def test_what_the_readme_links_to_is_there() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
