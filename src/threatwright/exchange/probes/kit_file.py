"""Canary kits as YAML: what to plant where, told to the people who plant it."""

from __future__ import annotations

from pydantic import ValidationError

from threatwright import yamltext
from threatwright.errors import InputError
from threatwright.model.canaries import CanaryKit
from threatwright.model.probes import Place

WHERE = {
    Place.SYSTEM_PROMPT: "in the system prompt of the endpoint, as a sentence of its own",
    Place.DOCUMENT: "in a document that the system reads, and that is not for those who ask",
    Place.RECORD: "in a record of a made-up person, which the system can look up",
    Place.OTHER_USER: "in what another user than the one who probes told the system",
    Place.TOOL: "in what a tool of the system returns",
}


def write(kit: CanaryKit) -> str:
    """The file, with what to do with it."""
    head = (
        "# Canaries: texts that occur nowhere else. If one comes back in an answer, it leaked.\n"
        "# Plant each sentence whole, in a test system if there is one. Strike out here what you\n"
        "# do not plant: it would never be found. Take them out of the system again afterwards.\n"
    )
    return head + yamltext.dump(kit.model_dump(mode="json"))


def read(text: str, name: str) -> CanaryKit:
    """The kit that a text holds. Raises InputError naming what is wrong with it."""
    content = yamltext.parse(text, name)
    try:
        return CanaryKit.model_validate(content)
    except ValidationError as error:
        wrong = [
            (yamltext.place_of(e["loc"], content), e["msg"])
            for e in error.errors(include_url=False, include_input=False)
        ]
        raise InputError(
            f"{name} is no canary kit: {yamltext.listed(wrong, text, name)}",
            "Make one with threatwright probe FILE --scope SCOPE --canaries -o KIT",
        ) from None


def instructions(kit: CanaryKit) -> tuple[str, ...]:
    """Where to plant what, a line each."""
    return tuple(f"{WHERE[one.place]}: {one.sentence}" for one in kit.canaries)
