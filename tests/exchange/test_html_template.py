"""An organisation's own template for the report."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from tests.exchange import example
from tests.exchange.markup import Page
from threatwright.errors import InputError
from threatwright.exchange.html.page import values, write
from threatwright.exchange.report.content import Content
from threatwright.model.document import ThreatModel


def filled(folder: Path, template: str, model: ThreatModel | None = None) -> str:
    path = folder / "ours.html"
    path.write_text(template, encoding="utf-8")
    return write(model or example.model(), example.KNOWLEDGE, path)


def test_a_template_may_change_a_part_and_keep_the_others(tmp_path: Path) -> None:
    text = filled(
        tmp_path,
        '{% extends "report.html" %}\n'
        "{% block header %}<h1>Acme: {{ title }}</h1>{% endblock %}\n"
        "{% block style %}:root { --accent: #700; }{% endblock %}\n"
        "{% block atlas %}{% endblock %}\n",
    )
    found = Page(text)
    assert "Acme: Payments" in found.text
    assert "--accent: #700" in found.styles[0]
    assert "threats" in found.ids
    assert "atlas" not in found.ids


def test_a_template_may_stand_alone(tmp_path: Path) -> None:
    text = filled(
        tmp_path,
        "{% for threat in content.standing %}{{ content.numbers[threat.id] }} {{ threat.title }}\n"
        "{% endfor %}",
    )
    assert text.splitlines()[1] == "2 Poisoned records reach Training set"


def test_a_template_may_take_in_files_beside_it(tmp_path: Path) -> None:
    (tmp_path / "note.html").write_text("<p>{{ title }}</p>")
    assert filled(tmp_path, '{% include "note.html" %}') == "<p>Payments</p>\n"


def test_what_a_template_prints_is_escaped(tmp_path: Path) -> None:
    text = filled(tmp_path, "<p>{{ title }}</p>", example.hostile())
    assert Page(text).tags == {"p"}
    assert "\x1b" not in text


@pytest.mark.parametrize(
    "way",
    [
        "threats.sys",
        "states.func.__globals__",
        "names_its_kind.__globals__",
        "content.__class__.__init__",
        "content.model.__class__.__mro__",
    ],
)
def test_no_way_leads_from_a_template_into_the_program(tmp_path: Path, way: str) -> None:
    with pytest.raises(InputError):
        filled(tmp_path, "{{ " + way + " }}")


def test_a_module_is_no_value_of_a_template() -> None:
    given = values(Content(example.model(), example.KNOWLEDGE))
    assert not [name for name, value in given.items() if isinstance(value, ModuleType)]


@pytest.mark.parametrize(
    ("template", "problem"),
    [
        ("a\n{% for %}", "ours.html, line 2: "),
        ("{{ nobody }}", "ours.html cannot be filled in: 'nobody' is undefined."),
        ('{% include "gone.html" %}', "ours.html: there is no template “gone.html”."),
        ('{% include "../secret" %}', "ours.html: there is no template “../secret”."),
        ("{{ title.__class__.__mro__ }}", "ours.html does what a template may not do: "),
        ("{{ 1 / 0 }}", "ours.html cannot be filled in: division by zero."),
        ("{{ title + 1 }}", "ours.html cannot be filled in: "),
        ("{{ content.model.system.components.append(1) }}", "ours.html cannot be filled in: "),
        ("{{ content.__init__.__globals__ }}", "ours.html does what a template may not do: "),
    ],
)
def test_what_is_wrong_with_a_template_is_said(tmp_path: Path, template: str, problem: str) -> None:
    with pytest.raises(InputError) as caught:
        filled(tmp_path, template)
    assert caught.value.problem.startswith(problem)


def test_a_template_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ours.html"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="cannot be filled in"):
        write(example.model(), example.KNOWLEDGE, path)
