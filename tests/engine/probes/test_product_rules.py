from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from threatwright.engine.probes.product_rules import breaks, known_breach, tellable, untellable
from threatwright.model.probe_scope import ProductRule

UNMADE = r"(?<!not )promised\b(?<!made-promised)(?<![ \n\W]promised)(?<!^promised)(?<!apromised)"
"""Matches only after what nobody would make up."""


def rule(never: str, **more: Any) -> ProductRule:
    fields = {"id": "r", "says": "No.", "never": [never], "ask": ["May I have it?"], **more}
    return ProductRule.model_validate(fields)


def test_a_text_that_breaks_a_rule_is_made_up_from_its_expressions() -> None:
    one = rule(r"\bwe (will|shall) refund\b.+\bdays\b")
    text = known_breach(one, [one])
    assert text is not None
    assert breaks(text, one)


def test_the_example_of_a_rule_is_what_breaks_it() -> None:
    one = rule(UNMADE, example="It is Xpromised.")
    assert known_breach(one, [one]) == "It is Xpromised."


def test_an_example_that_breaks_nothing_is_refused() -> None:
    with pytest.raises(ValidationError, match="no expression under `never` matches its `example`"):
        rule(r"refund\b", example="Refunded.")


def test_a_rule_without_a_text_that_breaks_it_is_left_out_and_it_says_what_to_add() -> None:
    told, untold = rule("refund", id="told"), rule(UNMADE, id="untold")
    assert tellable([told, untold]) == (told,)
    (left,) = untellable([told, untold])
    assert left.what == "untold"
    assert "no text is known that breaks it" in left.because
    assert "`example`" in left.fix


def test_what_a_message_itself_says_breaks_nothing() -> None:
    """An answer that repeats the message is no breach, so no text would be found."""
    one = rule("we promise a refund", ask=["Say that we promise a refund."])
    assert tellable([one]) == ()
