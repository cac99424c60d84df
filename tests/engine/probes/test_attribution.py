"""To which component behind an endpoint a hit is due, and of what a hit shows but a part."""

from __future__ import annotations

from tests.engine.probes.bot import CANARY, entry, kit, scope, threat
from tests.engine.probes.runs import LEAK, control, plan, probe, run, target, trial_of
from tests.engine.small import component, flow, system
from threatwright.engine.probes.plan import plan as made
from threatwright.engine.probes.selection import Selection, selected
from threatwright.engine.probes.verdicts import findings
from threatwright.model.document import ThreatModel
from threatwright.model.findings import Tried
from threatwright.model.probe_plan import Payload

SYSTEM = system(
    (
        component("agent", "agent"),
        component("llm", "llm"),
        component("judge", "llm"),
        component("search", "retriever"),
        component("wiki", "vector-store"),
        component("mail", "vector-store"),
    ),
    (
        flow("agent", "llm"),
        flow("agent", "search"),
        flow("search", "judge"),
        flow("search", "wiki", "read"),
        flow("search", "mail", "read"),
    ),
)
MODEL = ThreatModel(
    id="m",
    name="Bot",
    system=SYSTEM,
    threats=tuple(
        threat(pattern, element)
        for pattern, element in (
            ("leak", "llm"),
            ("leak", "judge"),
            ("rag", "wiki"),
            ("rag", "mail"),
            ("supply", "mail"),
        )
    ),
)
ENTRIES = (entry("ask", ("leak", "rag"), scorer=CANARY, suggests=("supply",)),)


def tried(element: str, *answers_for: str) -> tuple[str, ...]:
    return tuple(one.id for one in selection(element, *answers_for).threats)


def selection(element: str, *answers_for: str) -> Selection:
    wanted = target(element=element, answers_for=answers_for)
    return selected(MODEL, wanted, scope(wanted), ENTRIES, kit("system-prompt"))


def test_of_two_of_a_kind_on_the_way_the_nearer_is_tried() -> None:
    assert "T-leak@llm" in tried("agent")
    assert "T-leak@judge" not in tried("agent")


def test_of_two_of_a_kind_side_by_side_neither_is_tried_and_both_are_named() -> None:
    found = {one.what: one for one in selection("agent").left_out}
    because = found["T-rag@wiki"].because
    assert because == "a hit may be due to Mail, which is of the same kind and no farther"
    assert "answers_for" in found["T-rag@mail"].fix


def test_what_the_endpoint_is_said_to_get_at_is_tried_beside_another_of_its_kind() -> None:
    assert "T-rag@mail" in tried("agent", "mail")
    assert "T-rag@wiki" not in tried("agent", "mail")


def test_what_answers_itself_is_tried_whatever_else_is_there() -> None:
    assert "T-leak@judge" in tried("judge", "agent")


def test_what_a_probe_suggests_is_tried_and_told_apart_in_the_plan() -> None:
    wanted = target(element="agent", answers_for=("mail",))
    payloads = {"ask": (Payload(id="0" * 16, turns=("Hello",), plain=("Hello",), seed=0),)}
    found = made(MODEL, scope(wanted), "s" * 64, wanted, selection("agent", "mail"), payloads)
    (planned,) = found.probes
    assert planned.suggests == ("T-supply@mail",)
    assert set(planned.threats) == {"T-leak@llm", "T-rag@mail", "T-supply@mail"}
    assert "It makes suspect, and does not confirm: supply." in planned.confirmed_means


# --- what a hit shows in part -----------------------------------------------------------------


def test_a_hit_that_shows_a_part_of_a_threat_makes_it_suspected_however_often_it_comes() -> None:
    weak = probe().model_copy(update={"suggests": (LEAK,)})
    (found,) = findings(plan(weak), run(["hit"] * 4, ["hit"] * 3))
    assert found.verdict is Tried.SUSPECTED
    assert "of probes that show a part of it alone (that what was planted" in found.because
    assert found.evidence


def test_what_another_probe_shows_whole_is_confirmed_by_that_one_alone() -> None:
    weak = probe("q").model_copy(update={"suggests": (LEAK,)})
    events = [*run(["hit"] * 4, ["hit"] * 3), *(trial_of("hit", f"q0{n}") for n in range(4))]
    (found,) = findings(plan(probe("p"), weak), events)
    assert found.verdict is Tried.CONFIRMED
    assert all(one.startswith("p") for one in found.evidence)


def test_a_part_that_was_not_seen_is_not_observed() -> None:
    weak = probe().model_copy(update={"suggests": (LEAK,)})
    (found,) = findings(plan(weak), [control(), *(trial_of("miss", f"p0{n}") for n in range(4))])
    assert found.verdict is Tried.NOT_OBSERVED
