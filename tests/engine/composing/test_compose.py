"""Composing a system from readings, with a knowledge base small enough to see through."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from threatwright.engine.composing.compose import compose
from threatwright.model.archetypes import Archetype
from threatwright.model.facts import Fact, Facts, Provenance
from threatwright.model.knowledge import Knowledge
from threatwright.model.reading import Called, Denied, Link, Mention, Reading, SaidFact
from threatwright.model.risk_table import RiskTable
from threatwright.model.system import Boundary, Component, Flow, SystemModel, dangling
from threatwright.model.terms import ComponentKind, Movement, TrustLevel
from threatwright.model.vocabulary import FactEntry, KindEntry

# --- a small knowledge base -------------------------------------------------------------------

ENTITIES = {"person", "external-system", "data-source", "sensor"}
STORES = {"dataset", "database", "object-store", "model-artifact", "vector-store"}
SEVERAL = {"person", "external-system", "data-source", "service", "tool", "web-app"}
AI = {"inference-endpoint", "llm", "training", "dataset", "model-artifact", "tool", "vector-store"}
GATES = {"llm": "llm", "training": "trains", "tool": "tools"}
ZONES = {"person": "untrusted", "data-source": "untrusted", "llm": "semi-trusted"}
CUES = {"object-store": ["S3", "bucket"], "database": ["Postgres", "Redis"], "llm": ["Claude"]}


def kind_entry(kind: ComponentKind) -> KindEntry:
    return KindEntry.model_validate(
        {
            "kind": kind,
            "name": kind.value.replace("-", " ").capitalize(),
            "description": "A part.",
            "element": "external-entity"
            if kind in ENTITIES
            else "data-store"
            if kind in STORES
            else "process",
            "stage": "operation",
            "is_ai": kind in AI,
            "gate": GATES.get(kind),
            "zone": ZONES.get(kind, "trusted"),
            "several": kind in SEVERAL,
            "cues": CUES.get(kind, []),
        }
    )


def fact_entry(key: str, class_: str, kinds: str, choices: str, **more: Any) -> FactEntry:
    """A fact whose choices are named from the most to the least unsafe."""
    values = choices.split()
    return FactEntry.model_validate(
        {
            "key": key,
            "class": class_,
            "applies_to": kinds.split(),
            "on": "component" if kinds else "system",
            "name": key,
            "question": "What about {element}?",
            "why": "It decides threats.",
            "role": "ml-engineering",
            "choices": [
                {"value": value, "label": value, "unsafe": len(values) - place}
                for place, value in enumerate(values)
            ],
            **more,
        }
    )


FACTS = (
    *(
        fact_entry(gate, "capability", "", "yes no", gate=True)
        for gate in ("llm", "tools", "retrieval", "trains", "outsiders", "physical_input")
    ),
    fact_entry("automation", "capability", "", "automatic human-reviews"),
    fact_entry(
        "public_access",
        "exposure",
        "web-app gateway inference-endpoint",
        "anonymous self-registered customers internal",
    ),
    fact_entry("rate_limit", "control", "gateway inference-endpoint", "none per-ip per-key"),
    fact_entry("output_detail", "capability", "inference-endpoint llm", "full-scores score label"),
    fact_entry("vendor_hosted", "structural", "llm inference-endpoint", "yes no"),
    fact_entry("untrusted_content", "exposure", "data-source object-store", "yes no"),
)

INTERNET = {"id": "internet", "name": "The internet", "trust": "untrusted"}
PRODUCTION = {"id": "production", "name": "Production", "trust": "trusted"}
DEVELOPMENT = {"id": "development", "name": "Development", "trust": "trusted"}
VENDOR = {"id": "vendor", "name": "Vendors and partners", "trust": "semi-trusted"}
COMPANY = {"id": "company", "name": "The company", "trust": "trusted"}
CUSTOMERS = {"id": "customers", "name": "Customers and partners", "trust": "semi-trusted"}


def part(id_: str, kind: str, zone: str, **more: Any) -> dict[str, Any]:
    name = id_.replace("-", " ").capitalize()
    return {"id": id_, "name": name, "kind": kind, "boundary": zone, **more}


def flow(source: str, target: str, movement: str = "call", **more: Any) -> dict[str, Any]:
    return {"source": source, "target": target, "carries": "content", "movement": movement, **more}


def archetype(id_: str, **more: Any) -> Archetype:
    return Archetype.model_validate({"id": id_, "title": id_, "description": "One.", **more})


WEB_CLASSIFIER = archetype(
    "web-classifier",
    cues=["classifier"],
    boundaries=[INTERNET, PRODUCTION],
    components=[
        part("user", "person", "internet", each=True, names=["user", "visitor"]),
        part("web-app", "web-app", "production", facts={"public_access": "self-registered"}),
        part("gateway", "gateway", "production", optional=True),
        part("inference-endpoint", "inference-endpoint", "production"),
    ],
    flows=[
        flow("user", "web-app"),
        flow("web-app", "gateway"),
        flow("gateway", "inference-endpoint"),
        flow("web-app", "inference-endpoint", unless=["gateway"]),
    ],
    assets=[
        {"id": "verdicts", "name": "Verdicts", "sensitivity": "internal"}
        | {"held_by": ["inference-endpoint"]},
        {"id": "health-data", "name": "Health data", "sensitivity": "special"}
        | {"held_by": ["web-app"], "cues": ["patient"]},
    ],
)
TRAINING = archetype(
    "training-pipeline",
    gates={"trains": "yes"},
    needs={"trains": "yes"},
    facts={"trains": "yes"},
    boundaries=[COMPANY, DEVELOPMENT, PRODUCTION],
    components=[
        part("data-source", "data-source", "company", each=True),
        part("dataset", "dataset", "development"),
        part("training", "training", "development"),
        part("model-artifact", "model-artifact", "production"),
    ],
    flows=[
        flow("data-source", "dataset", "send"),
        flow("training", "dataset", "read"),
        flow("training", "model-artifact", "send"),
    ],
)
LLM_APP = archetype(
    "llm-app",
    gates={"llm": "yes"},
    needs={"llm": "yes"},
    boundaries=[VENDOR, PRODUCTION],
    components=[
        part("application", "service", "production", **{"or": ["web-app"]}),
        part("llm", "llm", "vendor", facts={"output_detail": "score"}),
        part("tool", "tool", "production", each=True, optional=True),
    ],
    flows=[flow("application", "llm"), flow("llm", "tool")],
)
PEOPLE = archetype(
    "people",
    kinds=["person"],
    boundaries=[COMPANY, CUSTOMERS],
    components=[
        part("staff", "person", "company", optional=True, each=True, names=["engineer"]),
        part("clients", "person", "customers", optional=True, each=True, names=["customer"]),
    ],
)
PLAIN_CLASSIFIER = archetype(
    "plain-classifier",
    cues=["classify"],
    not_with=["web-classifier"],
    boundaries=[PRODUCTION],
    components=[
        part("inference-endpoint", "inference-endpoint", "production"),
        part("spare", "gateway", "production", facts={"rate_limit": "none"}),
    ],
)
ARCHETYPES = (LLM_APP, PEOPLE, PLAIN_CLASSIFIER, TRAINING, WEB_CLASSIFIER)
KNOWLEDGE = Knowledge(
    digest="small",
    catalogues=(),
    kinds=tuple(kind_entry(kind) for kind in ComponentKind),
    facts=FACTS,
    patterns=(),
    mitigations=(),
    archetypes=ARCHETYPES,
    risk=RiskTable(effort={}, access={}, sensitivity={}, effects={}, levels={}),
)


# --- readings by hand -------------------------------------------------------------------------


def said(quote: str, source: str = "document:design.md:1") -> Provenance:
    return Provenance(source=source, quote=quote)


def mention(kind: str, name: str, sentence: int = 0) -> Mention:
    return Mention(
        kind=ComponentKind(kind), name=name, sentence=sentence, provenance=said(f"our {name}")
    )


def fact(key: str, value: str, *near: str, sentence: int = 0, hedged: bool = False) -> SaidFact:
    return SaidFact(
        key=key,
        value=value,
        sentence=sentence,
        near=near,
        hedged=hedged,
        provenance=said(f"{key} is {value}"),
    )


def called(archetype_id: str) -> Called:
    return Called(archetype=archetype_id, provenance=said(f"a {archetype_id}"))


def link(source: str, target: str, movement: Movement = Movement.SEND) -> Link:
    return Link(
        source=source,
        target=target,
        carries="pictures",
        movement=movement,
        provenance=said(f"{source} to {target}"),
    )


def composed(*readings: Reading, stated: Facts | None = None) -> SystemModel:
    system = compose("Ours", readings, stated or {}, KNOWLEDGE)
    assert dangling(system) == []
    return system


def answer(value: str | None) -> Fact:
    return Fact(value=value, provenance=Provenance(source="answer:1"))


def ids(system: SystemModel) -> set[str]:
    return {component.id for component in system.components}


def ends(system: SystemModel) -> set[tuple[str, str]]:
    return {(f.source, f.target) for f in system.flows}


# --- nothing from nothing ---------------------------------------------------------------------


def test_no_text_gives_an_empty_system() -> None:
    assert compose("Ours", [], {}, KNOWLEDGE) == SystemModel(name="Ours")


def test_a_text_without_ai_gives_what_it_names_and_no_more() -> None:
    shop = Reading(
        mentions=(mention("person", "Customers"), mention("web-app", "Web shop")),
        facts=(fact("outsiders", "yes"),),
        links=(link("Customers", "Web shop"),),
    )
    system = composed(shop)
    assert ids(system) == {"customer", "web-shop"} == {c.id for c in system.components}
    assert all(component.provenance.is_stated for component in system.components)
    assert ends(system) == {("customer", "web-shop")}
    assert system.assets == ()


def test_an_archetype_that_does_not_exist_calls_for_nothing() -> None:
    assert composed(Reading(called=(called("time-machine"),))).components == ()


def test_the_name_is_the_one_given_else_the_title_read() -> None:
    reading = Reading(name="Moderation", purpose="It moderates.")
    assert compose("Ours", [reading], {}, KNOWLEDGE).name == "Ours"
    assert compose("", [reading], {}, KNOWLEDGE).name == "Moderation"
    assert composed(reading).purpose == "It moderates."


# --- mentions ---------------------------------------------------------------------------------


def test_what_was_read_keeps_its_words() -> None:
    system = composed(Reading(mentions=(mention("inference-endpoint", "scoring service"),)))
    assert system.components[0].provenance.quote == "our scoring service"


def test_a_generic_mention_and_a_named_one_are_one_component() -> None:
    reading = Reading(
        mentions=(mention("object-store", "object store"), mention("object-store", "S3", 1))
    )
    (store,) = composed(reading).components
    assert (store.id, store.name) == ("object-store", "S3")


def test_two_stores_with_names_of_their_own_are_two() -> None:
    reading = Reading(mentions=(mention("database", "Postgres"), mention("database", "Redis", 1)))
    assert ids(composed(reading)) == {"postgres", "redis"}


def test_two_stores_named_in_one_sentence_are_one() -> None:
    reading = Reading(mentions=(mention("database", "Postgres"), mention("database", "Redis")))
    (store,) = composed(reading).components
    assert (store.id, store.name) == ("postgres", "Postgres, Redis")


def test_people_with_different_names_are_different_people() -> None:
    reading = Reading(mentions=(mention("person", "Customers"), mention("person", "Engineers")))
    assert ids(composed(reading)) == {"customer", "engineer"}


def test_a_longer_name_of_the_same_people_is_the_same_people() -> None:
    reading = Reading(mentions=(mention("person", "Users"), mention("person", "Business users")))
    assert ids(composed(reading)) == {"user"}


def test_the_same_name_in_two_readings_is_one_component() -> None:
    one = Reading(mentions=(mention("database", "Postgres"),))
    assert len(composed(one, one).components) == 1


def test_the_model_of_a_text_about_a_language_model_is_the_language_model() -> None:
    reading = Reading(
        mentions=(mention("llm", "Language model"), mention("inference-endpoint", "the model"))
    )
    assert ComponentKind.INFERENCE_ENDPOINT not in {c.kind for c in composed(reading).components}


def test_the_database_after_a_vector_database_is_that_one() -> None:
    reading = Reading(
        mentions=(mention("vector-store", "Vector database"), mention("database", "Database"))
    )
    assert [c.kind for c in composed(reading).components] == [ComponentKind.VECTOR_STORE]


def test_what_is_named_as_ours_and_as_others_under_one_name_is_ours() -> None:
    reading = Reading(
        mentions=(mention("external-system", "Tax portal"), mention("web-app", "Tax portal"))
    )
    assert [c.kind for c in composed(reading).components] == [ComponentKind.WEB_APP]


def test_an_agent_without_a_language_model_is_a_person() -> None:
    call_centre = Reading(mentions=(mention("agent", "Agents"), mention("tool", "Tool")))
    assert composed(call_centre).components == ()
    named = Reading(mentions=(mention("agent", "AI agent"), mention("tool", "Tool")))
    assert ids(composed(named)) >= {"agent", "tool"}


def test_a_tool_that_no_model_calls_is_what_people_work_with() -> None:
    reading = Reading(mentions=(mention("tool", "Tool"), mention("llm", "Claude")))
    assert "tool" not in ids(composed(reading))
    acting = reading.model_copy(update={"facts": (fact("tools", "yes"),)})
    assert "tool" in ids(composed(acting))


def test_words_that_are_too_common_count_only_where_their_gate_is_open() -> None:
    shy = archetype(
        "shy",
        presumes={"llm": "yes"},
        boundaries=[PRODUCTION],
        components=[part("inbox", "queue", "production"), part("llm", "llm", "production")],
        flows=[flow("llm", "inbox", "read")],
    )
    knowledge = KNOWLEDGE.model_copy(update={"archetypes": (shy,)})
    words = Reading(called=(called("shy"),))
    assert compose("Ours", [words], {}, knowledge).components == ()
    said_so = Reading(facts=(fact("llm", "yes"),))
    assert ids(compose("Ours", [words, said_so], {}, knowledge)) == {"inbox", "llm"}


# --- denials and closed gates -----------------------------------------------------------------


def test_a_denied_kind_is_neither_read_nor_proposed() -> None:
    reading = Reading(
        mentions=(mention("dataset", "Dataset"), mention("training", "Training job")),
        denied=(Denied(kind=ComponentKind.DATASET, provenance=said("no dataset")),),
    )
    assert ComponentKind.DATASET not in {c.kind for c in composed(reading).components}


def test_a_later_mention_corrects_an_earlier_denial() -> None:
    denial = Reading(denied=(Denied(kind=ComponentKind.DATABASE, provenance=said("no database")),))
    later = Reading(mentions=(mention("database", "Postgres"),))
    assert ids(composed(denial, later)) == {"postgres"}
    assert ids(composed(later, denial)) == set()


def test_denying_one_of_several_does_not_deny_the_others() -> None:
    reading = Reading(
        mentions=(mention("person", "Customers"),),
        denied=(Denied(kind=ComponentKind.PERSON, provenance=said("no administrators")),),
    )
    assert ids(composed(reading)) == {"customer"}


def test_a_gate_that_is_no_removes_the_components_behind_it() -> None:
    reading = Reading(mentions=(mention("llm", "Claude"), mention("web-app", "Web page")))
    assert "llm" in ids(composed(reading))
    system = composed(reading, stated={"llm": answer("no")})
    assert ids(system) == {"web-page"}
    assert system.facts["llm"].value == "no"


# --- gates ------------------------------------------------------------------------------------


def test_a_component_opens_its_gate_and_lends_it_its_words() -> None:
    system = composed(Reading(mentions=(mention("llm", "Claude"),)))
    assert system.facts["llm"] == Fact(value="yes", provenance=said("our Claude"))


def test_silence_never_closes_a_gate() -> None:
    system = composed(Reading(mentions=(mention("llm", "Claude"),)))
    assert "tools" not in system.facts


def test_two_readings_that_differ_about_a_gate_are_a_conflict() -> None:
    system = composed(Reading(facts=(fact("llm", "yes"),)), Reading(facts=(fact("llm", "no"),)))
    assert system.facts["llm"].value == "yes"
    assert [claim.value for claim in system.facts["llm"].against] == ["no"]


def test_an_answer_overrides_what_was_read() -> None:
    system = composed(
        Reading(facts=(fact("automation", "automatic"),)),
        stated={"automation": answer("human-reviews")},
    )
    assert system.facts["automation"] == answer("human-reviews")


def test_not_knowing_does_not_override_what_was_read() -> None:
    reading = Reading(facts=(fact("automation", "automatic"),))
    system = composed(reading, stated={"automation": answer(None), "llm": answer(None)})
    assert system.facts["automation"].value == "automatic"
    assert system.facts["llm"].value is None


def test_a_vector_store_beside_a_language_model_means_retrieval() -> None:
    store = mention("vector-store", "Vector index")
    assert "retrieval" not in composed(Reading(mentions=(store,))).facts
    both = Reading(mentions=(store, mention("llm", "Claude")))
    assert composed(both).facts["retrieval"].value == "yes"


def test_a_sensor_means_physical_input() -> None:
    system = composed(Reading(mentions=(mention("sensor", "Camera"),)))
    assert system.facts["physical_input"].value == "yes"


def test_people_outside_who_were_read_are_outsiders() -> None:
    reading = Reading(mentions=(mention("person", "Visitors"),))
    assert composed(reading).facts["outsiders"].provenance.quote == "our Visitors"


def test_an_assumed_user_is_no_proof_of_outsiders() -> None:
    system = composed(Reading(called=(called("web-classifier"),)))
    assert "user" in ids(system)
    assert "outsiders" not in system.facts


def test_anonymous_access_means_outsiders() -> None:
    reading = Reading(
        mentions=(mention("gateway", "Gateway"),),
        facts=(fact("public_access", "anonymous", "Gateway"),),
    )
    assert composed(reading).facts["outsiders"].value == "yes"


# --- archetypes -------------------------------------------------------------------------------


def test_what_an_archetype_adds_cites_the_words_that_called_for_it() -> None:
    system = composed(Reading(called=(called("web-classifier"),)))
    assert ids(system) == {"user", "web-app", "inference-endpoint"}
    because = {
        *(component.provenance for component in system.components),
        *(flow.provenance for flow in system.flows),
        *(asset.provenance for asset in system.assets),
        *(boundary.provenance for boundary in system.boundaries),
    }
    assert because == {said("a web-classifier", "assumed:web-classifier")}


def test_a_component_that_was_read_stands_in_for_the_fragments_own() -> None:
    reading = Reading(
        mentions=(mention("inference-endpoint", "Scoring service"), mention("web-app", "Portal")),
        called=(called("web-classifier"),),
    )
    system = composed(reading)
    assert ids(system) == {"user", "portal", "inference-endpoint"}
    assert ("portal", "inference-endpoint") in ends(system)


def test_of_several_that_fit_the_one_with_a_like_name_stands_in() -> None:
    reading = Reading(
        mentions=(
            mention("service", "Billing"),
            mention("service", "Chat application"),
            mention("llm", "Claude"),
        )
    )
    assert ("chat-application", "llm") in ends(composed(reading))


def test_a_store_called_by_its_product_may_hold_what_an_archetype_looks_for() -> None:
    keeper = archetype(
        "keeper",
        cues=["records"],
        boundaries=[PRODUCTION],
        components=[
            part("records", "database", "production", names=["records"]),
            part("inference-endpoint", "inference-endpoint", "production"),
        ],
        flows=[flow("inference-endpoint", "records", "read")],
    )
    knowledge = KNOWLEDGE.model_copy(update={"archetypes": (keeper,)})

    def target(store: str) -> str:
        reading = Reading(mentions=(mention("database", store),), called=(called("keeper"),))
        return compose("Ours", [reading], {}, knowledge).flows[0].target

    assert target("Postgres") == "postgres"
    assert target("Customer database") == "records"


def test_another_kind_stands_in_where_the_archetype_allows_it() -> None:
    reading = Reading(mentions=(mention("web-app", "Web page"), mention("llm", "Claude")))
    assert ends(composed(reading)) == {("web-page", "llm")}


def test_an_optional_component_is_never_added() -> None:
    system = composed(Reading(mentions=(mention("llm", "Claude"),)))
    assert ComponentKind.TOOL not in {c.kind for c in system.components}


def test_a_component_for_each_stands_for_all_that_were_read() -> None:
    tools = (mention("tool", "Shell tool"), mention("tool", "Browser tool"))
    system = composed(Reading(mentions=(*tools, mention("llm", "Claude"))))
    assert {("llm", "shell-tool"), ("llm", "browser-tool")} <= ends(system)


def test_people_are_told_apart_by_what_they_are_called() -> None:
    reading = Reading(
        mentions=(mention("person", "Engineers"), mention("person", "Visitors")),
        called=(called("web-classifier"),),
    )
    system = composed(reading)
    assert ("visitor", "web-app") in ends(system)
    assert ("engineer", "web-app") not in ends(system)
    zones = {c.id: c.boundary for c in system.components}
    assert (zones["visitor"], zones["engineer"]) == ("internet", "company")


def test_a_flow_gives_way_to_the_longer_way_through_a_gateway() -> None:
    reading = Reading(mentions=(mention("gateway", "Gateway"),), called=(called("web-classifier"),))
    system = composed(reading)
    assert ("web-app", "gateway") in ends(system)
    assert ("web-app", "inference-endpoint") not in ends(system)


def test_an_archetype_gives_way_to_one_that_says_the_same_more_closely() -> None:
    both = composed(Reading(called=(called("plain-classifier"), called("web-classifier"))))
    assert {c.provenance.source for c in both.components} == {"assumed:web-classifier"}


def test_an_archetype_whose_needs_are_contradicted_is_not_called() -> None:
    reading = Reading(called=(called("training-pipeline"),))
    assert ids(composed(reading)) == {"data-source", "dataset", "training", "model-artifact"}
    assert ids(composed(reading, stated={"trains": answer("no")})) == set()


def test_an_answered_gate_calls_for_an_archetype() -> None:
    system = composed(stated={"trains": answer("yes")})
    assert "training" in ids(system)


def test_an_assumed_component_that_nothing_touches_is_left_out() -> None:
    system = composed(Reading(called=(called("plain-classifier"),)))
    assert ids(system) == set()
    assert system.boundaries == ()


def test_facts_of_the_system_are_proposed_only_where_nothing_is_known() -> None:
    reading = Reading(called=(called("training-pipeline"),))
    assert not composed(reading).facts["trains"].is_stated
    assert composed(reading, stated={"trains": answer("yes")}).facts["trains"] == answer("yes")


def test_facts_of_a_component_are_proposed_only_where_nothing_was_said() -> None:
    reading = Reading(mentions=(mention("web-app", "Portal"),), called=(called("web-classifier"),))
    (portal,) = composed(reading).of_kind([ComponentKind.WEB_APP])
    assert portal.facts["public_access"].provenance.source == "assumed:web-classifier"
    stated = Reading(facts=(fact("public_access", "customers", "Portal"),))
    (portal,) = composed(reading, stated).of_kind([ComponentKind.WEB_APP])
    assert portal.facts["public_access"].value == "customers"


def test_an_asset_known_by_its_words_is_there_only_if_they_were_read() -> None:
    reading = Reading(called=(called("web-classifier"),))
    assert [a.id for a in composed(reading).assets] == ["verdicts"]
    patients = Reading(assets={"health-data": said("patients")})
    health = composed(reading, patients).assets[1]
    assert (health.id, health.held_by) == ("health-data", ("web-app",))
    assert health.provenance == said("patients")


# --- flows ------------------------------------------------------------------------------------


def test_a_flow_that_a_sentence_speaks_of_cites_it() -> None:
    reading = Reading(
        mentions=(mention("web-app", "Portal"), mention("inference-endpoint", "Classifier")),
        called=(called("web-classifier"),),
        links=(link("Portal", "Classifier"),),
    )
    system = composed(reading)
    joining = [f for f in system.flows if f.source == "portal"]
    assert [f.provenance for f in joining] == [said("Portal to Classifier")]


def test_a_link_that_no_archetype_knows_is_a_flow_of_its_own() -> None:
    reading = Reading(
        mentions=(mention("web-app", "Portal"), mention("database", "Postgres")),
        links=(link("Portal", "Postgres", Movement.READ),),
    )
    (drawn,) = composed(reading).flows
    assert (drawn.id, drawn.movement, drawn.carries) == (
        "portal-to-postgres",
        Movement.READ,
        "pictures",
    )


def test_a_link_to_itself_or_to_nothing_known_is_no_flow() -> None:
    reading = Reading(
        mentions=(mention("person", "Users"), mention("person", "Business users")),
        links=(link("Users", "Business users"), link("Users", "The moon")),
    )
    assert composed(reading).flows == ()


# --- facts of components ----------------------------------------------------------------------


def test_a_fact_goes_to_the_nearest_component_that_can_carry_it() -> None:
    reading = Reading(
        mentions=(mention("web-app", "Portal"), mention("gateway", "Gateway")),
        facts=(fact("rate_limit", "none", "Portal", "Gateway"),),
    )
    system = composed(reading)
    assert system.fact("gateway", "rate_limit") is not None
    assert system.fact("portal", "rate_limit") is None


def test_a_fact_without_a_bearer_goes_to_the_one_named_just_before() -> None:
    reading = Reading(
        mentions=(mention("gateway", "Gateway", 0), mention("inference-endpoint", "Scorer", 3)),
        facts=(fact("rate_limit", "none", sentence=4),),
    )
    assert composed(reading).fact("inference-endpoint", "rate_limit") is not None


def test_a_fact_without_any_hint_goes_where_the_vocabulary_puts_it_first() -> None:
    reading = Reading(
        mentions=(mention("inference-endpoint", "Scorer"), mention("gateway", "Gateway")),
        facts=(fact("rate_limit", "none", sentence=9),),
    )
    assert composed(reading).fact("gateway", "rate_limit") is not None


def test_two_readings_that_differ_about_a_component_are_a_conflict() -> None:
    scorer = mention("inference-endpoint", "Scorer")
    one = Reading(mentions=(scorer,), facts=(fact("rate_limit", "none", "Scorer"),))
    other = Reading(mentions=(scorer,), facts=(fact("rate_limit", "per-key", "Scorer"),))
    found = composed(one, other).fact("inference-endpoint", "rate_limit")
    assert found is not None
    assert found.is_conflict
    assert [claim.value for claim in found.against] == ["per-key"]


def test_within_a_text_the_sentence_that_names_the_component_counts() -> None:
    reading = Reading(
        mentions=(mention("inference-endpoint", "Scorer"),),
        facts=(
            fact("output_detail", "full-scores", sentence=7),
            fact("output_detail", "label", "Scorer"),
        ),
    )
    found = composed(reading).fact("inference-endpoint", "output_detail")
    assert found is not None
    assert (found.value, found.against) == ("label", ())


def test_of_two_sentences_as_close_the_less_safe_counts() -> None:
    reading = Reading(
        mentions=(mention("gateway", "Gateway"),),
        facts=(
            fact("public_access", "customers", "Gateway"),
            fact("public_access", "anonymous", "Gateway", sentence=1),
        ),
    )
    found = composed(reading).fact("gateway", "public_access")
    assert found is not None
    assert (found.value, found.against) == ("anonymous", ())


def test_doubt_is_kept_and_gives_way_to_what_is_said_outright() -> None:
    scorer = mention("inference-endpoint", "Scorer")
    doubt = fact("rate_limit", "per-key", "Scorer", hedged=True)
    unsure = Reading(mentions=(scorer,), facts=(doubt,))
    found = composed(unsure).fact("inference-endpoint", "rate_limit")
    assert found is not None
    assert found.hedged
    assert not found.is_stated
    sure = Reading(mentions=(scorer,), facts=(fact("rate_limit", "per-key", "Scorer"),))
    found = composed(unsure, sure).fact("inference-endpoint", "rate_limit")
    assert found is not None
    assert found.is_stated


# --- zones ------------------------------------------------------------------------------------


def test_a_component_stands_in_the_usual_zone_of_its_kind() -> None:
    system = composed(Reading(mentions=(mention("person", "Visitors"), mention("queue", "Queue"))))
    assert {c.id: c.boundary for c in system.components} == {
        "visitor": "internet",
        "queue": "production",
    }


def test_who_hosts_a_model_decides_its_zone() -> None:
    model = mention("llm", "Claude")
    assert composed(Reading(mentions=(model,))).components[0].boundary == "vendor"
    ours = Reading(mentions=(model,), facts=(fact("vendor_hosted", "no", "Claude"),))
    assert composed(ours).components[0].boundary == "production"


def test_an_assumed_caller_stands_where_the_stated_access_lets_it_in_from() -> None:
    reading = Reading(
        mentions=(mention("web-app", "Portal"),),
        facts=(fact("public_access", "internal", "Portal"),),
        called=(called("web-classifier"),),
    )
    (user,) = composed(reading).of_kind([ComponentKind.PERSON])
    assert user.boundary == "company"


def test_a_caller_that_was_read_moves_outwards_only() -> None:
    def zone_of_users(access: str) -> str:
        reading = Reading(
            mentions=(mention("person", "Users"), mention("web-app", "Portal")),
            facts=(fact("public_access", access, "Portal"),),
            called=(called("web-classifier"),),
        )
        return composed(reading).of_kind([ComponentKind.PERSON])[0].boundary

    assert zone_of_users("internal") == "internet"
    assert zone_of_users("anonymous") == "internet"


def test_zones_come_least_trusted_first_and_only_where_something_stands() -> None:
    system = composed(Reading(called=(called("web-classifier"),)))
    assert [b.id for b in system.boundaries] == ["internet", "production"]


# --- ids --------------------------------------------------------------------------------------


def test_ids_do_not_depend_on_the_order_of_unrelated_things() -> None:
    mentions = [
        mention("llm", "Claude"),
        mention("database", "Postgres", 2),
        mention("person", "Visitors", 4),
        mention("tool", "Shell", 6),
    ]
    forwards = composed(Reading(mentions=tuple(mentions)))
    backwards = composed(Reading(mentions=tuple(reversed(mentions))))
    assert ids(forwards) == ids(backwards)
    assert ends(forwards) == ends(backwards)


def test_a_later_reading_changes_no_id_of_what_was_read_before() -> None:
    first = Reading(mentions=(mention("object-store", "object store"), mention("llm", "Claude")))
    later = Reading(mentions=(mention("object-store", "S3"), mention("database", "Postgres")))
    assert ids(composed(first)) - {"application"} <= ids(composed(first, later))


def test_what_there_is_one_of_keeps_its_id_under_another_name() -> None:
    assert ids(composed(Reading(mentions=(mention("inference-endpoint", "ResNet"),)))) == ids(
        composed(Reading(mentions=(mention("inference-endpoint", "scoring service"),)))
    )


def test_a_component_named_like_a_zone_gets_another_id() -> None:
    system = composed(Reading(mentions=(mention("service", "Production"),)))
    assert ids(system) == {"production-service"}


def test_a_name_without_latin_letters_gets_the_id_of_its_kind() -> None:
    assert ids(composed(Reading(mentions=(mention("service", "検索"),)))) == {"service"}


# --- a system to start from -------------------------------------------------------------------

GIVEN = SystemModel(
    name="Drawn",
    purpose="It was drawn by hand.",
    boundaries=(
        Boundary(id="dmz", name="DMZ", trust=TrustLevel.SEMI_TRUSTED, provenance=said("")),
    ),
    components=(
        Component(
            id="c-1",
            name="Scoring service",
            kind=ComponentKind.INFERENCE_ENDPOINT,
            boundary="dmz",
            facts={"rate_limit": Fact(value="per-ip", provenance=said("drawn"))},
            provenance=said("drawn"),
        ),
        Component(
            id="c-2",
            name="Shop",
            kind=ComponentKind.WEB_APP,
            boundary="dmz",
            provenance=said("drawn"),
        ),
    ),
    flows=(Flow(id="f-1", source="c-2", target="c-1", carries="orders", provenance=said("drawn")),),
)


def test_a_system_to_start_from_is_taken_as_it_is() -> None:
    assert compose("Drawn", [], {}, KNOWLEDGE, base=GIVEN) == GIVEN.model_copy(
        update={"facts": compose("Drawn", [], {}, KNOWLEDGE, base=GIVEN).facts}
    )


def test_words_add_to_a_system_what_they_name_and_archetypes_nothing() -> None:
    reading = Reading(
        mentions=(mention("inference-endpoint", "Scoring service"), mention("database", "Redis")),
        called=(called("web-classifier"),),
        links=(link("Scoring service", "Redis"),),
    )
    system = compose("Drawn", [reading], {}, KNOWLEDGE, base=GIVEN)
    assert dangling(system) == []
    assert ids(system) == {"c-1", "c-2", "redis"}
    assert ends(system) == {("c-2", "c-1"), ("c-1", "redis")}


def test_words_that_differ_from_a_given_fact_are_a_conflict() -> None:
    reading = Reading(
        mentions=(mention("inference-endpoint", "Scoring service"),),
        facts=(fact("rate_limit", "none", "Scoring service"),),
    )
    found = compose("Drawn", [reading], {}, KNOWLEDGE, base=GIVEN).fact("c-1", "rate_limit")
    assert found is not None
    assert (found.value, [c.value for c in found.against]) == ("per-ip", ["none"])


# --- properties -------------------------------------------------------------------------------

NAMES = st.sampled_from(
    [
        "Postgres",
        "S3",
        "Users",
        "Engineers",
        "the model",
        "Portal",
        "production",
        "",
        "検索",
        "Shell",
    ]
)
MENTIONS = st.builds(
    mention, st.sampled_from([k.value for k in ComponentKind]), NAMES, st.integers(0, 3)
)
SAID_FACTS = st.one_of(
    [
        st.builds(
            fact,
            st.just(entry.key),
            st.sampled_from([c.value for c in entry.choices]),
            NAMES,
            sentence=st.integers(0, 3),
            hedged=st.booleans(),
        )
        for entry in FACTS
    ]
)
READINGS = st.builds(
    Reading,
    mentions=st.lists(MENTIONS, max_size=6).map(tuple),
    facts=st.lists(SAID_FACTS, max_size=4).map(tuple),
    called=st.lists(st.builds(called, st.sampled_from([a.id for a in ARCHETYPES])), max_size=3).map(
        tuple
    ),
    links=st.lists(st.builds(link, NAMES, NAMES), max_size=3).map(tuple),
    denied=st.lists(
        st.builds(Denied, kind=st.sampled_from(ComponentKind), provenance=st.just(said("no"))),
        max_size=2,
    ).map(tuple),
    assets=st.sampled_from([{}, {"health-data": said("patients")}]),
)


@settings(max_examples=80)
@given(st.lists(READINGS, max_size=3), st.randoms(use_true_random=False))
def test_nothing_ever_dangles_and_the_order_of_the_files_does_not_matter(
    readings: list[Reading], chance: random.Random
) -> None:
    system = compose("Ours", readings, {}, KNOWLEDGE)
    assert dangling(system) == []

    def shuffled(items: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(chance.sample(items, len(items)))

    other = KNOWLEDGE.model_copy(
        update={
            "archetypes": shuffled(KNOWLEDGE.archetypes),
            "kinds": shuffled(KNOWLEDGE.kinds),
            "facts": shuffled(KNOWLEDGE.facts),
        }
    )
    assert compose("Ours", readings, {}, other).model_dump() == system.model_dump()
