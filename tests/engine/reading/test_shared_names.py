from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.engine import small
from threatwright.engine.composing.compose import compose
from threatwright.engine.inheritance.prefixed import brought
from threatwright.engine.reading.prose import read
from threatwright.engine.reading.shared_names import shared_components
from threatwright.knowledge.load import load_knowledge
from threatwright.model.document import ThreatModel
from threatwright.model.system import Component, SystemModel

KNOWLEDGE = load_knowledge()


def named(id_: str, kind: str, name: str) -> Component:
    return small.component(id_, kind).model_copy(update={"name": name})


PLATFORM = (
    named("feast", "feature-store", "Feast"),
    named("hangar", "model-registry", "Hangar"),
    named("runs", "service", "Run ledger"),
    named("lake", "object-store", "Object store"),
    named("engineer", "person", "Engineers"),
    named("training", "training", "Training jobs"),
    small.component("serving", "inference-endpoint", by=small.ASSUMED),
)


def shared(parts: Sequence[Component] = PLATFORM, prefix: str = "platform") -> SystemModel:
    model = ThreatModel(id="p", name="P", system=small.system(tuple(parts)))
    return brought(model, prefix, file="p", path="", digest="").system


def composed(text: str, theirs: SystemModel | None = None) -> SystemModel:
    theirs = theirs or shared()
    names = shared_components(theirs)
    reading = read(text, "document:x.md", KNOWLEDGE, shared=names)
    return compose("x", [reading], {}, KNOWLEDGE, shared=theirs)


def ends(system: SystemModel) -> set[tuple[str, str]]:
    """The ends of the flows that somebody stated."""
    return {(f.source, f.target) for f in system.flows if f.provenance.is_stated}


def kinds(system: SystemModel) -> set[str]:
    return {c.kind.value for c in system.components}


@pytest.mark.parametrize(
    ("words", "element"),
    [
        ("the platform's feature store", "platform/feast"),
        ("Feast", "platform/feast"),
        ("the shared feature store", "platform/feast"),
        ("the feature store of the platform", "platform/feast"),
        ("the platform's registry", "platform/hangar"),
        ("Hangar", "platform/hangar"),
        ("the run ledger", "platform/runs"),
        ("the platform's object store", "platform/lake"),
        ("the model registry", "platform/hangar"),
    ],
)
def test_words_for_an_inherited_component_lead_to_it(words: str, element: str) -> None:
    system = composed(f"Our training job writes its results to {words}.")
    assert ("training", element) in ends(system)
    assert not [c.id for c in system.components if c.id.startswith("platform/")]


def test_no_second_one_is_made_of_it() -> None:
    system = composed("Our training job reads the platform's feature store and Hangar.")
    assert not {"feature-store", "model-registry"} & kinds(system)


def test_ones_own_is_ones_own() -> None:
    system = composed("Our training job writes models to our own model registry.")
    assert ("training", "model-registry") in ends(system)


def test_ones_own_beside_the_platforms_is_told_apart() -> None:
    system = composed(
        "Our training job reads features from the platform's feature store. "
        "It writes results to our own feature store."
    )
    assert ("training", "platform/feast") in ends(system)
    assert "feature-store" in kinds(system)


def test_a_bare_name_of_what_everybody_has_is_not_the_platforms() -> None:
    system = composed(
        "Engineers look at the object store. The training jobs run nightly. Serving is in Go."
    )
    assert {"person", "object-store", "training"} <= kinds(system)


def test_a_name_of_its_own_counts_only_as_it_is_written() -> None:
    assert ends(composed("The training job writes to the hangar of the airport.")) == set()


def test_which_of_two_is_meant_is_not_guessed() -> None:
    two = shared((*PLATFORM, named("mlflow", "model-registry", "MLflow")))
    system = composed("Our training job writes models to the model registry.", two)
    assert ("training", "model-registry") in ends(system)
    assert ("training", "platform/mlflow") in ends(
        composed("Our training job writes models to MLflow.", two)
    )


def test_of_two_files_each_is_called_by_its_name() -> None:
    mesh = shared((named("lake", "feature-store", "Store"),), "mesh")
    both = mesh.model_copy(
        update={
            "boundaries": (*mesh.boundaries, *shared().boundaries),
            "components": (*mesh.components, *shared().components),
        }
    )
    text = "Our training job reads the {}'s feature store."
    assert ("training", "mesh/lake") in ends(composed(text.format("mesh"), both))
    assert ("training", "platform/feast") in ends(composed(text.format("platform"), both))


def test_what_is_denied_is_not_drawn_to() -> None:
    assert ends(composed("The training job does not use the platform's registry.")) == set()


def test_what_is_said_of_an_inherited_component_is_not_taken_for_something_else() -> None:
    system = composed("An API serves our model. The platform's registry has no login at all.")
    held = {key for c in system.components for key, f in c.facts.items() if f.provenance.is_stated}
    assert "authentication" not in held


def test_flows_between_inherited_components_are_left_to_their_file() -> None:
    system = composed("A model is trained. Feast sends features to Hangar.")
    assert not [
        f for f in system.flows if {f.source, f.target} <= {"platform/feast", "platform/hangar"}
    ]


def test_what_many_systems_share_is_not_proposed_beside_the_inherited_one() -> None:
    text = "We train models and release them by way of an MLOps platform."
    assert "model-registry" in kinds(
        compose("x", [read(text, "document:x", KNOWLEDGE)], {}, KNOWLEDGE)
    )
    system = composed(text)
    assert "model-registry" not in kinds(system)
    assert "platform/hangar" in {end for f in system.flows for end in (f.source, f.target)}


def test_odd_names_do_no_harm() -> None:
    odd = shared((named("a", "service", "a|b = @c … [/d]"), named("b", "model-registry", "日本")))
    assert composed("Our training job writes to 日本 and to a b c d.", odd).components


def test_nothing_inherited_reads_as_before() -> None:
    text = "Our training job reads the platform's feature store."
    assert read(text, "document:x", KNOWLEDGE) == read(text, "document:x", KNOWLEDGE, shared=())
