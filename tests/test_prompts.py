"""How prompts are read and filled in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threatwright.errors import KnowledgeError
from threatwright.model.prompt import Tier
from threatwright.prompts import PromptFile, filled, parsed, quoted

HEADER = "---\npurpose: Tries prompts out.\ninputs: [said]\noutput: text\ntier: fast\n---\n"
PATH = Path("trial.md")


def trial(template: str = "{{ said | data }}") -> PromptFile:
    return parsed(f"{HEADER}Answer.\n=====\n{template}\n", PATH)


def test_a_file_has_a_header_an_instruction_and_a_template() -> None:
    file = trial()
    assert (file.name, file.tier, file.inputs) == ("trial", Tier.FAST, ("said",))
    assert (file.instruction, file.template) == ("Answer.", "{{ said | data }}")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("no header", "a header between lines"),
        (f"{HEADER}no template", "a header between lines"),
        ("---\npurpose: x\n---\ni\n=====\nt", "inputs"),
        (HEADER.replace("fast", "huge") + "i\n=====\nt", "tier"),
        (HEADER.replace("purpose", "porpoise") + "i\n=====\nt", "purpose: Field required"),
    ],
)
def test_a_file_that_is_wrong_is_named_with_what_is_wrong(text: str, words: str) -> None:
    with pytest.raises(KnowledgeError, match=words) as caught:
        parsed(text, PATH)
    assert caught.value.problem.startswith("trial.md: ")


def test_what_is_said_is_no_template() -> None:
    prompt = filled(trial(), {"said": "{{ said }} {% for %} {{ 7 * 7 }}"}, ())
    assert "{{ said }} {% for %} {{ 7 * 7 }}" in prompt.material


def test_a_value_is_printed_between_delimiters_or_not_at_all() -> None:
    with pytest.raises(KnowledgeError, match="without the filter"):
        filled(trial("{{ said }}"), {"said": "x"}, ())
    with pytest.raises(KnowledgeError, match="without the filter"):
        filled(trial("{{ said | upper }}"), {"said": "x"}, ())


def test_a_template_that_names_what_is_not_given_is_an_error() -> None:
    with pytest.raises(KnowledgeError, match="heard"):
        filled(trial("{{ heard | data }}"), {"said": "x"}, ())


def test_a_secret_does_not_get_into_a_prompt() -> None:
    prompt = filled(trial(), {"said": {"facts": ["password=hunter22!"]}}, ())
    assert "hunter22" not in prompt.material


def test_the_same_inputs_make_the_same_prompt() -> None:
    one, other = (filled(trial(), {"said": said}, ()) for said in ("x", "x"))
    assert one.digest == other.digest
    assert one.digest != filled(trial(), {"said": "y"}, ()).digest


@given(st.text(max_size=200))
def test_no_text_closes_the_delimiters_it_stands_in(text: str) -> None:
    whole = quoted(text)
    seal = re.match(r"<data-(\w{16})>\n", whole)
    assert seal is not None
    assert whole.count(f"</data-{seal[1]}>") == 1
    assert whole == f"<data-{seal[1]}>\n{text}\n</data-{seal[1]}>"
    assert not quoted(whole).startswith(f"<data-{seal[1]}>")
