"""What an installation from a wheel brings, as it is built."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    builder = ["uv", "build", "--wheel", "--quiet", "--out-dir", str(folder), str(ROOT)]
    if subprocess.run(["uv", "--version"], capture_output=True, check=False).returncode:
        pip = [sys.executable, "-m", "pip"]
        builder = [*pip, "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run(builder, check=True)
    (built,) = folder.glob("*.whl")
    return built


def test_a_wheel_brings_code_prompts_and_knowledge_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"threatwright"}
    beside = {name.split("/")[2] for name in names if name.startswith("threatwright/_data/")}
    assert beside == {"prompts", "knowledge", "compiled"}
    assert "threatwright/py.typed" in names


def test_what_a_wheel_brings_works_and_is_not_compiled_again(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    home = tmp_path / "home"
    ran = subprocess.run(
        [sys.executable, "-m", "threatwright", "draft", "sample:fraud-api", "--json"],
        env=os.environ | {"PYTHONPATH": str(tmp_path / "site"), "THREATWRIGHT_HOME": str(home)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["threats"]
    assert not list(home.rglob("knowledge-*.json"))
