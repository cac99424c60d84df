"""The command line. Importing it imports nothing else."""

from __future__ import annotations

import sys


def main() -> None:
    """What the script `threatwright` runs."""
    try:
        from threatwright.cli.app import run

        sys.exit(run(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
