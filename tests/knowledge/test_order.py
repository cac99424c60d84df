"""What mitigations come after what."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from tests.knowledge.acme import written
from threatwright.errors import KnowledgeError
from threatwright.knowledge.load import load_knowledge
from threatwright.knowledge.organisation import load_with_organisation

ENTRY = """
- id: {id}
  title: A thing
  description: Does something.
  stage: operation
  effort: low
  after: [{after}]
  verify: Look.
"""


def mitigations(**after: str) -> dict[str, str]:
    entries = "".join(ENTRY.format(id=id_, after=first) for id_, first in after.items())
    return {"mitigations/acme.yaml": entries}


def test_an_organisations_mitigation_may_come_after_one_of_ours(tmp_path: Path) -> None:
    known = load_with_organisation(written(tmp_path, mitigations(acme="AML.M0013")))
    assert known.mitigation_entries["acme"].after == ("AML.M0013",)


def test_what_comes_after_nothing_that_exists_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError) as refused:
        load_with_organisation(written(tmp_path, mitigations(acme="AML.M0013, nothing")))
    assert "line 7: mitigation acme: it comes after “nothing”, which does not exist." in (
        refused.value.problem
    )


def test_what_would_wait_for_itself_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError) as refused:
        load_with_organisation(written(tmp_path, mitigations(one="two", two="three", three="one")))
    assert "it would wait for itself: " in refused.value.problem
    chain = refused.value.problem.rpartition(": ")[2].rstrip(".").split(" after ")
    assert chain[0] == chain[-1]
    assert {"one after two", "two after three", "three after one"} == {
        f"{a} after {b}" for a, b in pairwise(chain)
    }


def test_signing_comes_before_what_refuses_the_unsigned() -> None:
    assert "AML.M0013" in load_knowledge().mitigation_entries["signed-updates"].after
