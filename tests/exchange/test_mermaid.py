from __future__ import annotations

import re

import pytest

from tests.exchange import example
from threatwright.exchange import mermaid
from threatwright.model.facts import Provenance
from threatwright.model.system import Boundary, SystemModel
from threatwright.model.terms import TrustLevel

LINE = re.compile(
    r"flowchart LR"
    r'|  +subgraph b\d+ \["[^"]*"\]'
    r"|  +end"
    r'|  +n\d+(\["[^"]*"\]|\("[^"]*"\)|\[\("[^"]*"\)\])'
    r'|  n\d+ <?(--|==)>(\|"[^"]*"\|)? n\d+'
    r"|  style b\d+ stroke-dasharray: 5 5"
    r"|  classDef ai stroke-width:3px"
    r"|  class n\d+(,n\d+)* ai"
)


def diagram(system: SystemModel) -> list[str]:
    lines = mermaid.diagram(system, example.KNOWLEDGE)
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    return lines


def test_boundaries_are_subgraphs_that_nest_and_hold_their_components() -> None:
    lines = diagram(example.system())
    assert lines[lines.index('  subgraph b1 ["Our cloud (trusted)"]') :][:5] == [
        '  subgraph b1 ["Our cloud (trusted)"]',
        '    n1("Scoring API")',
        '    subgraph b2 ["Vault (restricted)"]',
        '      n2[("Training set")]',
        "    end",
    ]


def test_arrows_show_where_content_goes_and_are_thick_across_a_boundary() -> None:
    lines = diagram(example.system())
    assert '  n0 <==>|"payments"| n1' in lines
    assert '  n2 ==>|"features"| n1' in lines, "a read brings content to the one who reads"


def test_ai_components_stand_out() -> None:
    assert "  class n1 ai" in diagram(example.system())


@pytest.mark.parametrize(
    "name",
    [
        example.HOSTILE,
        'x"] --> y["',
        "%%{init: {'theme': 'dark'}}%%",
        "#quot; #35;",
        "`**bold**`",
        "<img src=x onerror=alert(1)>",
        "a\nclick n0 href",
        "|x|",
        "style:#;",
        "",
        " ",
    ],
)
def test_no_name_breaks_the_diagram(name: str) -> None:
    system = example.system(name)
    flows = tuple(flow.model_copy(update={"carries": name}) for flow in system.flows)
    zones = tuple(zone.model_copy(update={"name": name}) for zone in system.boundaries)
    diagram(system.model_copy(update={"flows": flows, "boundaries": zones}))


def test_labels_that_look_like_lists_are_not_read_as_lists() -> None:
    assert mermaid.label("1. first") == '"1#46; first"'
    assert mermaid.label("- first") == '"#45; first"'


def test_zones_that_contain_each_other_are_drawn_once() -> None:
    given = Provenance(source="assumed")
    zones = tuple(
        Boundary(id=id_, name=id_, trust=TrustLevel.TRUSTED, parent=parent, provenance=given)
        for id_, parent in (("a", "b"), ("b", "a"))
    )
    lines = diagram(example.system().model_copy(update={"boundaries": zones}))
    assert sum("subgraph" in line for line in lines) == 2
    assert sum(line.strip() == "end" for line in lines) == 2


def test_a_component_in_no_known_zone_is_drawn_all_the_same() -> None:
    lines = diagram(example.system().model_copy(update={"boundaries": ()}))
    assert '  n1("Scoring API")' in lines


def test_an_empty_system_is_an_empty_diagram() -> None:
    assert diagram(SystemModel(name="x")) == ["flowchart LR"]
