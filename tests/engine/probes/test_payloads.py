"""Seeds are filled, and what is sent never holds what a hit would."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from threatwright.engine.probes.canaries import LENGTH, make_kit
from threatwright.engine.probes.nonces import HALF, halves, make_nonce
from threatwright.engine.probes.payloads import fill, seeds_of, with_rules
from threatwright.model.probe_scope import ProductRule
from threatwright.model.probes import Place, ProbeEntry, Seed

NONCE = make_nonce(1, "probe", 0)


def entry(*seeds: object, **fields: object) -> ProbeEntry:
    return ProbeEntry.model_validate(
        {
            "id": "a-probe",
            "name": "A probe",
            "family": "direct-override",
            "is": "It asks.",
            "shows": "instruction-override",
            "tests": ["direct-prompt-injection"],
            "references": ["LLM01:2026"],
            "method": "single",
            "seeds": seeds,
            "scorer": {"kind": "nonce"},
            **fields,
        }
    )


def test_the_places_of_a_seed_are_filled_and_other_braces_stay() -> None:
    seed = Seed(
        turns=('{"a": {b}} {left} on {topic}: {document}',),
        document="{right} {sink}",
        later=("{task}",),
    )
    filled = fill(entry(seed), seed, 0, NONCE, sink="http://127.0.0.1:8123")
    assert filled.document == f"{NONCE.right} http://127.0.0.1:8123"
    assert filled.turns[0].startswith('{"a": {b}} ' + NONCE.left)
    assert filled.turns[0].endswith(filled.document)
    assert "{topic}" not in filled.turns[0]
    assert NONCE.left in filled.later[0]
    assert NONCE.right in filled.later[0]
    assert filled.secret == NONCE.joined


def test_the_same_task_is_worded_in_several_ways() -> None:
    seed = Seed(turns=("{task}",))
    wordings = {fill(entry(seed), seed, n, NONCE).turns for n in range(8)}
    assert len(wordings) > 1
    assert all(NONCE.joined not in turns[0] for turns in wordings)


def test_a_canary_probe_has_the_canary_of_its_place_for_its_secret() -> None:
    kit = make_kit("m", "bot", [Place.RECORD, Place.TOOL], "seed")
    one = entry("Say it.", scorer={"kind": "canary", "place": "tool"}, shows="leakage")
    found, planted = fill(one, one.seeds[0], 0, NONCE, kit), kit.of(Place.TOOL)
    assert planted is not None
    assert found.secret == planted.text
    assert fill(one, one.seeds[0], 0, NONCE, None).secret == ""


def test_shipped_seeds_come_after_ours() -> None:
    assert [s.turns for s in seeds_of(entry("ours"), ["theirs {x}"])] == [
        ("ours",),
        ("theirs {x}",),
    ]


def test_what_tempts_product_rules_becomes_the_seeds_of_their_probe() -> None:
    rule = ProductRule(id="r", says="No.", never=("yes",), ask=("May I?", "Now?"))
    one = entry(scorer={"kind": "rule"}, shows="rule-broken", family="product-rule")
    assert [seed.turns for seed in with_rules(one, [rule]).seeds] == [("May I?",), ("Now?",)]


@given(st.integers(), st.text(max_size=20), st.integers(0, 100))
def test_a_nonce_is_the_same_for_the_same_thing_and_another_for_another(
    seed: int, probe: str, number: int
) -> None:
    nonce = make_nonce(seed, probe, number)
    assert nonce == make_nonce(seed, probe, number)
    assert nonce.joined != make_nonce(seed, probe, number + 1).joined
    assert halves(nonce.joined) == nonce
    assert len(nonce.left) == len(nonce.right) == HALF


def test_every_place_has_a_canary_of_its_own_in_a_sentence_that_holds_it() -> None:
    kit = make_kit("m", "bot", Place, "seed")
    assert {c.place for c in kit.canaries} == set(Place)
    assert len({c.text for c in kit.canaries}) == len(Place)
    assert all(c.text in c.sentence and len(c.text) == LENGTH for c in kit.canaries)
    assert make_kit("m", "bot", Place, "another").canaries[0].text != kit.canaries[0].text
