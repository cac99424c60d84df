"""Runs a session over standard input and output. Started as a process of its own, to be killed."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from threatwright import bootstrap
from threatwright.model.journal import Source, SourceKind
from threatwright.workflow.jsonl import converse

DESCRIPTION = """\
# Fraud scoring

A web app calls a fraud scoring model behind an API. Customers upload transactions.
The model is retrained every week on feedback from users, which is kept in S3.
"""


async def main(path: Path) -> None:
    source = Source(kind=SourceKind.PROSE, name="description.md", text=DESCRIPTION)
    async with bootstrap.open_session(path, [source], name="Fraud", clock=None) as session:
        await converse(session, sys.stdin, sys.stdout)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
