"""A release beside the shipped edition."""

from __future__ import annotations

from tests.knowledge.official.releases import five, six
from threatwright.knowledge.load import load_knowledge
from threatwright.knowledge.official.changes import Change, Changed, Comparison, compare
from threatwright.knowledge.official.read import read
from threatwright.knowledge.official.release import Release
from threatwright.model.catalogue import ListName

KNOWLEDGE = load_knowledge()
ATLAS = {e.id: e for e in KNOWLEDGE.entries.values() if e.list is ListName.ATLAS}


def of(comparison: Comparison, id_: str) -> dict[Change, Changed]:
    return {change.change: change for change in comparison.changes if change.id == id_}


def named(release: Release, number: str, **names: str) -> Release:
    """The release under another number, with other names of techniques (`T0020="…"`)."""
    techniques = tuple(
        t.model_copy(update={"name": names.get(t.id.removeprefix("AML."), t.name)})
        for t in release.techniques
    )
    return release.model_copy(update={"release": number, "techniques": techniques})


def test_an_older_release_tells_what_has_changed_since() -> None:
    found = compare(read(five(), "five"), KNOWLEDGE)
    assert (found.earlier, found.later) == ("5.6.0", "2026.09")
    renamed = of(found, "AML.T0020")[Change.RENAMED]
    assert (renamed.before, renamed.after) == ("Poison Training Data", "Training Data Poisoning")
    moved = of(found, "AML.T0020")[Change.MOVED]
    assert (moved.before, moved.after) == ("AML.TA0002, AML.TA0005", "AML.TA0006")
    assert of(found, "AML.T0001")[Change.ADDED].name == ATLAS["AML.T0001"].name
    assert of(found, "AML.T0051") == {}
    assert of(found, "AML.T0051.000") == {}
    assert found.edges_removed == 0 or found.edges_added > found.edges_removed


def test_a_newer_release_tells_the_reverse() -> None:
    found = compare(read(six(), "six"), KNOWLEDGE)
    assert (found.earlier, found.later) == ("2026.09", "2026.10")
    renamed = of(found, "AML.T0020")[Change.RENAMED]
    assert (renamed.before, renamed.after) == ("Training Data Poisoning", "Poison Training Data")
    assert of(found, "AML.T0001") == {
        Change.RETIRED: Changed(
            change=Change.RETIRED, type="technique", id="AML.T0001", name=ATLAS["AML.T0001"].name
        )
    }


def test_a_retired_entry_names_its_successor() -> None:
    release = read(five().replace(b"AML.T0020", b"AML.T0019"), "five")
    assert of(compare(release, KNOWLEDGE), "AML.T0019")[Change.RETIRED].after == "AML.T0115.000"


def test_the_same_release_differs_by_what_it_lacks_alone() -> None:
    release = named(read(six(), "six"), "2026.09", T0020="Training Data Poisoning")
    found = compare(release, KNOWLEDGE)
    assert found.shipped == found.synced == "2026.09"
    assert Change.RENAMED not in of(found, "AML.T0020")


def test_a_sub_technique_that_follows_its_parent_has_not_moved() -> None:
    release = read(five().replace(b"tactics: [AML.TA0005]", b"tactics: [AML.TA0002]"), "five")
    found = compare(release, KNOWLEDGE)
    assert of(found, "AML.T0051")[Change.MOVED].before == "AML.TA0002"
    assert of(found, "AML.T0051.000") == {}
