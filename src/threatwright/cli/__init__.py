"""The command line. Importing it imports nothing else."""

from __future__ import annotations

import gc
import sys


def main() -> None:
    """What the script `threatwright` runs."""
    # A command is soon done, and the search for garbage would walk over the whole knowledge base
    # again and again, at the end once more. What stays, as a session does, turns it on.
    gc.disable()
    try:
        from threatwright.cli.app import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        code = 130
    gc.freeze()
    sys.exit(code)
