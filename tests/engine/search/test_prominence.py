"""How prominent a technique is."""

from __future__ import annotations

import math

import pytest

from tests.adapters.shelf import ATLAS, knowledge
from threatwright.engine.search.corpus import of_catalogues
from threatwright.engine.search.prominence import STRENGTH, weights


def matured(**maturity: str) -> dict[str, float]:
    entries = tuple(
        entry.model_copy(update={"maturity": maturity.get(entry.id.removeprefix("AML."))})
        for entry in ATLAS.entries
    )
    catalogue = ATLAS.model_copy(update={"entries": entries})
    shelf = knowledge(catalogues=(catalogue, *knowledge().catalogues[1:]))
    return dict(weights(shelf))


def test_a_technique_that_a_pattern_cites_weighs_more_than_one_that_none_cites() -> None:
    found = weights(knowledge())
    assert found["AML.T0020"] == 1
    assert found["AML.T0024"] == pytest.approx(1 / (1 + STRENGTH * math.log(2)))


def test_the_more_mature_a_technique_is_the_more_it_weighs() -> None:
    found = matured(T0020="Realized", **{"T0051.001": "Demonstrated"})
    assert found["AML.T0020"] > found["AML.T0051.001"] > found["AML.T0051"] == found["AML.T0024"]


def test_a_maturity_of_another_name_counts_as_none() -> None:
    assert matured(T0024="Feasible") == matured()


def test_only_techniques_have_a_weight_of_their_own() -> None:
    assert set(weights(knowledge())) == {"AML.T0020", "AML.T0051", "AML.T0051.001", "AML.T0024"}


def test_no_techniques_have_no_weights() -> None:
    shelf = knowledge().model_copy(update={"catalogues": knowledge().catalogues[1:]})
    assert not weights(shelf.model_copy(update={"patterns": ()}))


def test_what_is_no_technique_weighs_as_the_average_technique() -> None:
    known = weights(knowledge())
    found = {d.key: d.weight for d in of_catalogues(knowledge()).documents()}
    average = sum(known.values()) / len(known)
    assert found["cwe/4.18/CWE-502"] == found["atlas/2026.09/AML.M0007"] == pytest.approx(average)
    assert found["atlas/2026.09/AML.T0020"] == 1
