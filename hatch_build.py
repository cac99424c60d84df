"""Compiles the knowledge base into the wheel, so that no command has to."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompiledKnowledge(BuildHookInterface):  # type: ignore[type-arg]
    """Puts `threatwright/_data/compiled/knowledge-DIGEST.json` into a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """An editable install reads the checkout, whose knowledge may change at any time."""
        if version == "editable":
            return
        root = Path(self.root)
        made = subprocess.run(
            [sys.executable, "-m", "threatwright.knowledge.prebuild", str(root / "build/compiled")],
            env=os.environ | {"PYTHONPATH": str(root / "src")},
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        path = Path(made.stdout.strip())
        build_data["force_include"][str(path)] = f"threatwright/_data/compiled/{path.name}"
