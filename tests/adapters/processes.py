"""Code run in other processes, with the knowledge of `shelf` at hand."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PLACE = "from pathlib import Path; from tests.adapters.shelf import *; import sys; "
OPEN = "from threatwright.adapters.knowledge_chroma import open_index; "


def python(code: str, *arguments: object, **environment: str) -> subprocess.Popen[str]:
    """Another process of ours."""
    return subprocess.Popen(
        [sys.executable, "-c", PLACE + code, *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def output(process: subprocess.Popen[str]) -> str:
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    return out.strip()
