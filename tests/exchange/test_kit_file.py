"""A canary kit goes through a file that people read and strike lines from."""

from __future__ import annotations

import pytest

from threatwright.engine.probes.canaries import make_kit
from threatwright.errors import InputError
from threatwright.exchange.probes import kit_file
from threatwright.model.probes import Place

KIT = make_kit("m-1", "chatbot", Place, "a seed")


def refused(text: str) -> str:
    with pytest.raises(InputError) as refusal:
        kit_file.read(text, "kit.yaml")
    assert "threatwright probe FILE" in refusal.value.fix
    return refusal.value.problem


def test_a_kit_comes_back_as_it_was_written() -> None:
    assert kit_file.read(kit_file.write(KIT), "kit.yaml") == KIT


def test_every_place_is_told_with_the_sentence_to_plant() -> None:
    told = kit_file.instructions(KIT)
    assert len(told) == len(Place)
    assert all(c.sentence in line for c, line in zip(KIT.canaries, told, strict=True))


def test_a_canary_that_was_struck_out_is_not_there() -> None:
    text = kit_file.write(KIT.model_copy(update={"canaries": KIT.canaries[1:]}))
    assert kit_file.read(text, "kit.yaml").of(KIT.canaries[0].place) is None


def test_a_sentence_that_lost_its_canary_is_told_with_its_line() -> None:
    one = KIT.canaries[0]
    told = refused(kit_file.write(KIT).replace(f": {one.text}.", ": (redacted)."))
    assert f"does not hold {one.text}" in told
    assert "line" in told


def test_a_canary_that_words_could_be_is_refused() -> None:
    one = KIT.canaries[0]
    assert "text" in refused(kit_file.write(KIT).replace(one.text, "the secret"))


def test_two_canaries_of_one_place_are_refused() -> None:
    text = kit_file.write(KIT).replace("place: document", "place: record")
    assert "two canaries have the same place" in refused(text)


@pytest.mark.parametrize("text", ["", "[]", "hello", "format: threatwright-scope/1\n"])
def test_what_is_no_kit_is_said_to_be_none(text: str) -> None:
    assert "kit.yaml" in refused(text)
