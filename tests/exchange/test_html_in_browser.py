"""The HTML report in a browser: nothing overflows, nothing is fetched, and filters filter."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from evals.bench.rules import large_system
from tests.exchange import example
from tests.exchange.browser import looked_at
from threatwright.engine.derive import begin
from threatwright.exchange import form
from threatwright.exchange.answers import take_in
from threatwright.exchange.html.page import write
from threatwright.knowledge.load import load_knowledge
from threatwright.model.journal import Source, SourceKind
from threatwright.resources import folder

pytestmark = pytest.mark.slow

SIZES = """
  all("details").forEach((one) => { one.open = true; });
  const wide = page.documentElement.clientWidth;
  const scrolls = (one) => one && (view.getComputedStyle(one).overflowX === "auto"
    || scrolls(one.parentElement));
  const isOut = (one) => seen(one) && one.getBoundingClientRect().right > wide + 1 && !scrolls(one);
  const out = all("main *").filter(isOut).slice(0, 5).map((one) => one.outerHTML.slice(0, 200));
  return {wide, needed: page.documentElement.scrollWidth, out};
"""
SHOWN = 'all(".list > li").filter(seen).map((one) => one.querySelector(".n").textContent)'


@cache
def report(name: str) -> str:
    """The page of the platform sample, of 200 components, or of bad names."""
    knowledge = load_knowledge()
    match name:
        case "unbroken":
            name = "W" * 150
            threat = example.threat(title=name, scenario=name, assumptions=(name,), owner=name)
            system = example.system(name).model_copy(update={"purpose": name})
            model = example.model(name=name, system=system, threats=(threat,))
            return write(model, example.KNOWLEDGE)
        case "hostile":
            return write(example.hostile(), example.KNOWLEDGE)
        case "large":
            source = Source(kind=SourceKind.SYSTEM, name="x.json", system=large_system(200, 600))
            return write(begin("Large", [source], knowledge), knowledge)
        case _:
            sample: Path = folder("knowledge") / "samples" / "mlops-platform"
            text = (sample / "description.md").read_text(encoding="utf-8")
            model = begin(
                "Platform", [Source(kind=SourceKind.PROSE, name="d.md", text=text)], knowledge
            )
            answers = (sample / "answers.yaml").read_text(encoding="utf-8")
            return write(take_in(form.read(answers, "a.yaml"), model, knowledge), knowledge)


@pytest.mark.parametrize("width", [1280, 400])
@pytest.mark.parametrize("name", ["platform", "large", "hostile", "unbroken"])
def test_nothing_overflows_nothing_is_fetched_and_nothing_fails(name: str, width: int) -> None:
    told = looked_at(report(name), SIZES, width=width)
    assert told["fetched"] == []
    assert told["errors"] == []
    assert told["found"]["needed"] <= told["found"]["wide"], told["found"]["out"]
    assert told["found"]["out"] == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_threats_are_filtered_and_ordered_with_and_without_scripts(scripts: bool) -> None:
    look = f"""
      const shown = () => {SHOWN};
      const pick = (id) => {{ page.getElementById(id).checked = true; }};
      const levels = () => [...new Set(all(".list > li").filter(seen).map((o) => o.dataset.level))];
      const every = shown().length;
      pick("l-critical"); const critical = levels(); const few = shown().length;
      pick("s-S"); const both = all(".list > li").filter(seen)
        .every((one) => one.dataset.stride.split(" ").includes("S"));
      pick("l-all"); pick("s-all"); pick("o-residual");
      const places = all(".list > li").map((one) => [one.getBoundingClientRect().top,
        Number(one.querySelector(".v b").textContent)]).sort((a, b) => a[0] - b[0]);
      return {{every, critical, few, both, residual: places.map((one) => one[1])}};
    """
    found = looked_at(report("platform"), look, width=1280, scripts=scripts)["found"]
    assert found["every"] > found["few"] > 0
    assert found["critical"] == ["critical"]
    assert found["both"]
    assert found["residual"] == sorted(found["residual"], reverse=True)


def test_the_matrix_shows_one_of_its_three_sides_without_scripts() -> None:
    look = """
      const sides = () => all(".grid").filter(seen).map((one) => one.className);
      const picked = (id) => { page.getElementById(id).checked = true; return sides(); };
      const scripted = all(".scripted").filter(seen).length;
      return [sides(), picked("m-residual"), picked("m-target"), scripted];
    """
    found = looked_at(report("platform"), look, width=1280, scripts=False)["found"]
    assert found == [["grid inherent"], ["grid residual"], ["grid target"], 0]


def test_the_script_adds_a_search_and_a_filter_by_a_cell_of_the_matrix() -> None:
    look = f"""
      const shown = () => {SHOWN}; const every = shown().length;
      const search = page.getElementById("search");
      search.value = "pickle"; search.dispatchEvent(new view.Event("input"));
      const few = shown().length; const told = page.getElementById("shown").textContent;
      page.getElementById("everything").click(); const again = shown().length;
      const link = page.querySelector("[data-cell]"); link.click();
      const cell = all(".list > li").filter(seen).every(
        (one) => one.dataset.cells.split(" ").includes(link.dataset.cell));
      return {{every, few, told, again, cell, some: shown().length}};
    """
    found = looked_at(report("platform"), look, width=1280)["found"]
    assert 0 < found["few"] < found["every"] == found["again"]
    assert found["told"].startswith(f"{found['few']} of {found['every']}")
    assert found["cell"]
    assert 0 < found["some"] < found["every"]


def test_hostile_names_are_read_as_text() -> None:
    look = """return {text: page.querySelector("h1").textContent, scripts: all("script").length,
      alerted: String(view.alert).includes("native"), title: page.title};"""
    found = looked_at(report("hostile"), look, width=1280)["found"]
    assert "<script>alert(1)</script>" in found["text"]
    assert found["scripts"] == 1
    assert found["alerted"]
