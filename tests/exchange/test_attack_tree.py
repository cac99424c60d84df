"""Attack trees and roadmaps as Mermaid diagrams, and as sections of reports."""

from __future__ import annotations

import re

from tests.engine.paths import applied, cut, entry, known, path, threat
from tests.exchange import example
from threatwright.exchange import roadmap_markdown, roadmap_mermaid
from threatwright.exchange.attack_tree import MOST_ARROWS, MOST_CHARACTERS, tree, write
from threatwright.exchange.report.attack_paths import MOST_PATHS, attack_paths
from threatwright.exchange.report.content import Content
from threatwright.exchange.report.roadmap import roadmap
from threatwright.exchange.wrapped import WIDTH, wrapped
from threatwright.model.attack import AttackPath, Attacks, CutSet, Move, PathStep
from threatwright.model.document import ThreatModel
from threatwright.model.system import SystemModel
from threatwright.model.terms import Effect, MitigationStatus

EMPTY = ThreatModel(id="x", name="", system=SystemModel(name=""))
_NODE = re.compile(r"^  (\w+)[\[({]")
_ARROW = re.compile(r"^  (\w+) (?:---|-\.-|-->|==>) (\w+)$")


def stepped(id_: str, *names: str) -> AttackPath:
    moves = [Move.ENTER, *([Move.MOVE] * (len(names) - 1))]
    steps = [
        PathStep(move=move, element=name, name=name, text=f"on to {name}")
        for move, name in zip(moves, names, strict=True)
    ]
    found = path(id_, [cut("sign", names[-1])])
    return found.model_copy(update={"steps": tuple(steps), "assets": ("data",)})


def attacks_of(*paths: AttackPath) -> Attacks:
    reached = CutSet(asset="data", name="Data", paths=1, cut=(), chosen=(), uncut=())
    return Attacks(paths=paths, further={}, cut_sets=(reached,))


def test_a_tree_goes_from_the_goal_by_the_threat_to_the_entry() -> None:
    lines = tree(attacks_of(stepped("T1/1", "Customer", "API"))).splitlines()
    assert lines[:9] == [
        "flowchart TD",
        '  n0(["Get at Data"]):::goal',
        '  n1["A threat#58; risk 8"]:::threat',
        "  n0 --- n1",
        '  n2("on to API")',
        "  n1 --- n2",
        '  n3("on to Customer")',
        "  n2 --- n3",
        '  n4{{"would be cut by SIGN at Api"}}:::control',
    ]
    assert lines[9] == "  n2 -.- n4"


def test_every_arrow_joins_nodes_that_are_drawn() -> None:
    for model in (example.model(), example.hostile()):
        lines = write(model, example.KNOWLEDGE).splitlines()
        drawn = {found[1] for line in lines if (found := _NODE.match(line))}
        for line in lines:
            if found := _ARROW.match(line):
                assert {found[1], found[2]} <= drawn


def test_a_large_tree_stays_within_what_mermaid_draws_and_says_what_is_left_out() -> None:
    many = [stepped(f"T{n}/1", *(f"Part {n}-{m}" for m in range(9))) for n in range(400)]
    text = tree(attacks_of(*many))
    assert len(text) < 50_000
    assert MOST_CHARACTERS < 50_000
    arrows = sum(bool(_ARROW.match(line)) for line in text.splitlines())
    assert MOST_ARROWS - 20 < arrows <= MOST_ARROWS
    left_out = re.search(r'more\["(\d+) paths of lower risk are not drawn"\]', text)
    assert left_out is not None
    assert text.count(":::threat") + int(left_out[1]) == len(many)


def test_a_model_without_threats_has_a_tree_that_says_so() -> None:
    assert "No attack path#58; no threat of this model stands." in write(EMPTY, example.KNOWLEDGE)


def test_the_diagram_of_a_roadmap_shows_what_comes_after_what() -> None:
    base = known(entry("sign"), entry("verify", after=("sign",)))
    model = example.model(threats=(threat(1, [applied("sign"), applied("verify")]),))
    text = roadmap_mermaid.write(model, base)
    (sign,) = re.findall(r'(w\d+)\["SIGN', text)
    assert f'{sign}["SIGN#58; #8722;12, no owner yet"]' in text
    assert "1 mitigation as a second line" in text
    found = [line for line in text.splitlines() if _ARROW.match(line)]
    assert found == []  # what waits is in the second line, which is not drawn piece by piece
    hindered = [applied("sign"), applied("verify", Effect.RECOVERS)]
    drawn = roadmap_mermaid.write(example.model(threats=(threat(1, hindered),)), base)
    (first,), (then,) = (re.findall(rf'(w\d+)\["{name}', drawn) for name in ("SIGN", "VERIFY"))
    assert f"  {first} --> {then}" in drawn.splitlines()


def test_an_empty_roadmap_is_three_empty_phases() -> None:
    assert roadmap_mermaid.write(EMPTY, example.KNOWLEDGE).count("nothing to do") == 3


def test_the_report_says_what_stays_uncut_and_shows_the_gravest_paths() -> None:
    many = tuple(threat(n, [applied("watch", Effect.DETECTS)]) for n in range(MOST_PATHS + 3))
    lines = attack_paths(Content(example.model(threats=many), known(entry("watch"))))
    text = "\n".join(lines)
    assert "13 paths: none cut yet, 13 stay uncut." in text
    assert "Prevented by nothing that is known here" in text
    assert f"The {MOST_PATHS} of the highest risk; 3 more." in text
    assert text.count("Not cut, and nothing that is known here prevents it.") == MOST_PATHS


def test_the_report_names_what_cuts_a_path_already() -> None:
    done = threat(1, [applied("sign", status=MitigationStatus.IN_PLACE)])
    text = "\n".join(attack_paths(Content(example.model(threats=(done,)), known(entry("sign")))))
    assert "1 path: 1 cut already." in text
    assert "Cut by SIGN at Scoring API." in text
    assert "prevents, in place, cuts the path: SIGN" in text


def test_the_roadmap_of_a_report_links_to_the_threats() -> None:
    found = threat(1, [applied("sign")])
    text = "\n".join(roadmap(Content(example.model(threats=(found,)), known(entry("sign")))))
    assert "**SIGN** `sign` takes 12 off (threat [1](#1-" in text
    assert "Check: Look." in text


def test_a_roadmap_that_is_handed_round_bears_the_handling_label() -> None:
    scope = example.model().scope.model_copy(update={"handling": "internal"})
    model = example.model(threats=(threat(1, [applied("sign")]),), scope=scope)
    for written in (roadmap_markdown.write, roadmap_markdown.write_nist):
        assert written(model, known(entry("sign"))).splitlines()[2] == "*internal*"


def test_reports_without_threats_have_none_of_it() -> None:
    content = Content(EMPTY, example.KNOWLEDGE)
    assert (attack_paths(content), roadmap(content)) == ([], [])


def test_lines_are_broken_under_their_marks_and_tables_never() -> None:
    long = " ".join(["word"] * 40)
    for mark in ("- ", "1. ", "   - ", ""):
        lines = wrapped([f"{mark}{long}"])
        assert all(len(line) <= WIDTH for line in lines)
        assert lines[0].startswith(f"{mark}word")
        assert all(line.startswith(" " * len(mark) + "word") for line in lines[1:])
    assert wrapped([f"| {long} |", f"# {long}", ""]) == [f"| {long} |", f"# {long}", ""]
