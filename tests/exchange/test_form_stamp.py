from __future__ import annotations

import re

import pytest

from tests.exchange import forms
from tests.exchange.forms import LIMIT, Fill, K, markdown, read, workbook, yaml
from threatwright.errors import InputError
from threatwright.exchange.form_stamp import drift, find, stamp_of
from threatwright.model.journal import Answered, Retracted, Unknown

STAMP = stamp_of(forms.model(), K, "devops")
ANA = Answered(n=1, by="Ana", question=LIMIT, value="some")
BO = Answered(n=2, by="Bo", question=LIMIT, value="none")


def test_a_stamp_is_found_again_in_any_text() -> None:
    assert find(f"x `{STAMP}` y", "f") == STAMP
    for content in (markdown({}), yaml({}), workbook({})):
        stamp = read(content, "form.yaml" if content == yaml({}) else "form").stamp
        assert stamp is not None
        assert stamp == STAMP._replace(role="")


@pytest.mark.parametrize("id_", ["a b", "x` y=1", "ä/☃", "=1", "role=data"])
def test_whatever_a_model_is_called_its_stamp_is_found_again(id_: str) -> None:
    stamp = STAMP._replace(model=id_)
    assert find(f"> `{stamp}`\n", "f") == stamp
    assert re.fullmatch(r"[\x21-\x7e ]+", str(stamp))


@pytest.mark.parametrize(
    "text", ["", "threatwright/form-1", "threatwright/form-1 model=x journal="]
)
def test_what_is_left_of_a_stamp_is_none(text: str) -> None:
    assert find(text, "f") is None


def test_a_form_of_a_later_version_asks_for_an_upgrade() -> None:
    with pytest.raises(InputError, match="form of version 2; this threatwright reads version 1"):
        find("threatwright/form-2 model=x journal=0- role= knowledge=", "f")


def test_a_form_for_another_model_is_refused() -> None:
    with pytest.raises(InputError, match=r"form\.md is a form for another model \(id other\)"):
        drift(STAMP._replace(model="other"), "form.md", forms.model(), K)


def test_a_form_of_the_model_as_it_is_has_not_drifted() -> None:
    found = drift(STAMP, "f", forms.model(), K)
    assert (found.since, found.is_other_branch, found.is_other_edition) == ((), False, False)


def test_a_form_of_an_older_state_tells_what_came_since_and_counts() -> None:
    later = forms.model(ANA, BO, Retracted(n=3, entry=2))
    found = drift(STAMP, "f", later, K)
    assert found.since == (ANA,)
    assert not found.is_other_branch
    between = stamp_of(forms.model(ANA), K, "")
    assert drift(between, "f", forms.model(ANA, BO), K).since == (BO,)


def test_a_form_of_a_state_that_the_model_does_not_carry_on_is_of_another_branch() -> None:
    ours = stamp_of(forms.model(ANA), K, "")
    for other in (forms.model(), forms.model(ANA.model_copy(update={"by": "Bo"}), BO)):
        found = drift(ours, "f", other, K)
        assert found.is_other_branch
        assert found.known(ours) == 0


def test_a_form_of_another_edition_of_the_knowledge_is_told() -> None:
    other = K.model_copy(update={"digest": "other"})
    assert drift(STAMP, "f", forms.model(), other).is_other_edition


def test_the_state_does_not_depend_on_how_a_file_writes_it() -> None:
    plain = Unknown(n=1, question=LIMIT)
    spelled = Unknown.model_validate({"n": 1, "type": "unknown", "question": LIMIT, "by": ""})
    assert stamp_of(forms.model(plain), K, "") == stamp_of(forms.model(spelled), K, "")


def test_a_name_that_a_form_carries_is_kept_short_and_plain() -> None:
    assert read(markdown({LIMIT: Fill("some")}, by="A\x1b[31m" + "n" * 500)).by == (
        "A" + "n" * 118 + "…"
    )
