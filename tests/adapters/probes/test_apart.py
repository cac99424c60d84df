"""PyRIT stays in the worker: what starts it, and reads what it kept, never imports it."""

from __future__ import annotations

import subprocess
import sys


def test_the_program_never_imports_pyrit() -> None:
    code = (
        "import sys\n"
        "from threatwright.adapters.probes import admission, evidence, prober, replaying\n"
        "from threatwright.adapters.probes import chain, run_folder\n"
        "print(sorted({'pyrit', 'openai', 'sqlalchemy', 'httpx2'} & sys.modules.keys()))\n"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)

    assert done.stdout == "[]\n"
