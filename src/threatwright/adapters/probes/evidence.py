"""Evidence as it may leave the run folder: without secrets, each record with its hash."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from threatwright.adapters.probes.chain import links
from threatwright.adapters.probes.run_folder import EVIDENCE
from threatwright.model.probe_evidence import TrialRecord
from threatwright.model.redaction import Personal, redacted_in


def records(folder: Path) -> Iterator[TrialRecord]:
    """The records of trials and controls, in order, as they stand in the run folder."""
    for link in links(folder / EVIDENCE):
        if link.content.get("record") == "trial":
            yield TrialRecord.model_validate(link.content)


def exported(folder: Path, personal: Collection[Personal] = ()) -> Iterator[dict[str, Any]]:
    """All records, redacted, for a copy that leaves the run folder.

    `n`, `previous` and `hash` are those of the record as it was written: who has the run folder can
    hold the copy against it, and the copy alone proves nothing.
    """
    for link in links(folder / EVIDENCE):
        yield {
            "n": link.n,
            "previous": link.previous,
            "hash": link.hash,
            "content": redacted_in(link.content, personal),
        }
