"""`threatwright challenge`: what a claim about a system is worth there, and what to ask."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from threatwright.cli import command, console
from threatwright.errors import InputError

if TYPE_CHECKING:
    from threatwright.cli.models import Place
    from threatwright.model.challenge import Challenge, HeardClaims, Recording
    from threatwright.model.document import ThreatModel
    from threatwright.model.knowledge import Knowledge

app = command.new()

MAX_CLAIM = 20_000
"""Characters of what is claimed: some pages."""
MAX_SHOWN = 2_000
"""Characters of evidence that are kept in the model; of a file the name and digest, too."""


_SUFFIXES = frozenset({".md", ".txt", ".pdf", ".docx", ".html", ".htm"})
"""Endings of documents: what ends so and is one word is meant as a file."""


class Told(NamedTuple):
    """What is to be recorded, by whom."""

    by: str
    role: str
    evidence: str
    in_part: bool


@app.command(
    epilog=command.example(
        'threatwright challenge sample:fraud-api "the model is robust: adversarially trained"',
        'threatwright challenge a.threatmodel.yaml "SOC 2, guardrails and rate limits" --json',
    )
)
def challenge(
    source: Annotated[
        str, typer.Argument(metavar="FILE", help="A model file, a description or sample:NAME.")
    ],
    words: Annotated[
        list[str], typer.Argument(metavar="CLAIM", help="What is claimed, in anybody's words.")
    ],
    record: Annotated[
        bool, typer.Option("--record", help="Put it into FILE as an answer of --by.")
    ] = False,
    by: Annotated[str, typer.Option(metavar="NAME", help="Who records it.")] = "",
    role: Annotated[str, typer.Option(metavar="ROLE", help="In which role.")] = "",
    evidence: Annotated[
        str,
        typer.Option(metavar="TEXT|FILE", help="What was shown for it; else it earns no credit."),
    ] = "",
    partly: Annotated[
        bool, typer.Option("--partly", help="Record that only a part of it holds.")
    ] = False,
    at: Annotated[
        list[str],
        typer.Option("--at", metavar="ELEMENT", help="Of this element alone. Repeatable."),
    ] = [],  # noqa: B006 - Typer copies it
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Hold a claim of a vendor or a team against a model: what it bears on, what it does not.

    Which threats it would lower and how far, by the same tables; which it does not touch though it
    sounds as if it did; what the model says otherwise; which evidence and answers to ask for. With
    --record it becomes an answer about the controls that it states: with evidence it counts,
    without it is an assumption. Needs no language model and no network.
    """
    from threatwright import bootstrap

    told = _told(by, role, evidence, partly=partly) if record else None
    if told is None and (by or role or evidence or partly):
        raise InputError(
            "--by, --role, --evidence and --partly say how a claim is recorded.",
            "Add --record, or leave them out.",
        )
    place = _place(source) if told else None
    knowledge = bootstrap.knowledge()
    heard = _heard(words, knowledge)
    if told is None or place is None:
        model = _opened(source, knowledge)
        _print(model, _held(heard, model, knowledge, at), heard, as_json=as_json)
    else:
        _record(heard, place, knowledge, told, at, as_json=as_json)


def _told(by: str, role: str, evidence: str, *, partly: bool) -> Told:
    from threatwright.exchange.form_content import person

    if not person(by):
        raise InputError(
            "--record does not say who records it.", "Add --by NAME: an answer has a name."
        )
    return Told(person(by), person(role), _shown(evidence), partly)


def _shown(evidence: str) -> str:
    """The evidence as it is kept: a text, or the name, digest and beginning of a file."""
    from threatwright.engine.text.spoken import unsteered
    from threatwright.exchange.plain import one_line, plain
    from threatwright.model.credentials import without_keys

    path = Path(evidence)
    if evidence and _is_file(path):
        from threatwright.cli.inputs import read_document

        content = read_document(evidence)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
        text = without_keys(one_line(content.text))[:MAX_SHOWN]
        return f"{one_line(path.name)} (SHA-256 {digest}…): {text}"
    if evidence and path.suffix.lower() in _SUFFIXES and " " not in evidence.strip():
        raise InputError(
            f"{one_line(evidence)} does not exist.",
            "Check the path of the evidence, or say in words what was shown.",
        )
    return without_keys(unsteered(plain(evidence)))[:MAX_SHOWN]


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a text is too long for a name, or no name at all
        return False


def _place(source: str) -> Place:
    from threatwright.cli.models import place_of
    from threatwright.exchange.plain import one_line

    place = place_of(source)
    if place is None:
        raise InputError(
            f"{one_line(source)} is not a model file, so nothing can be recorded in it.",
            f"Make one first: threatwright draft {one_line(source)} -o NAME.threatmodel.yaml",
        )
    return place


def _heard(words: Sequence[str], knowledge: Knowledge) -> HeardClaims:
    """The claims of the words. Raises InputError if there is none that is known."""
    from threatwright.engine.challenge.claim_words import ClaimWords
    from threatwright.exchange.plain import plain, shorten

    said = plain(" ".join(words))
    if not said.strip():
        raise InputError("There is no claim.", "Say what is claimed, in anybody's words.")
    if len(said) > MAX_CLAIM:
        raise InputError(
            f"The claim has {len(said):,} characters; {MAX_CLAIM:,} is the most.",
            "Take the sentences that claim something.",
        )
    heard = ClaimWords(knowledge).heard(said)
    if heard.claims:
        return heard
    denied = [near for other in heard.others if other.is_denied for near in other.nearest]
    if denied:
        raise InputError(
            f"“{shorten(said, 200)}” says that something is not so, or not yet: {denied[0].name}",
            "That is an answer and no claim: give it in an interview, or with `answer`.",
        )
    near = [f"{n.name} ({n.claim})" for other in heard.others[:1] for n in other.nearest]
    raise InputError(
        f"“{shorten(said, 200)}” is no claim that is known.",
        f"The nearest: {' '.join(near)} Say it in other words, or by its id."
        if near
        else "`threatwright knowledge list claims` names all that are known.",
    )


def _opened(source: str, knowledge: Knowledge) -> ThreatModel:
    from threatwright.cli.models import open_model, place_of
    from threatwright.engine.derive import derive

    model = open_model(source, knowledge)
    return model if place_of(source) is None else derive(model, knowledge)


def _held(
    heard: HeardClaims, model: ThreatModel, knowledge: Knowledge, at: Sequence[str]
) -> list[Challenge]:
    from threatwright.engine.challenge.claim_bearing import Challenger

    challenger = Challenger(model, knowledge)
    return [challenger.held(claim, at) for claim in heard.claims]


def _record(
    heard: HeardClaims,
    place: Place,
    knowledge: Knowledge,
    told: Told,
    at: Sequence[str],
    *,
    as_json: bool,
) -> None:
    """Put the claims into the file, and print them with what came of it."""
    from threatwright import bootstrap
    from threatwright.cli.models import Shelf, note_other_knowledge
    from threatwright.engine.challenge.claim_record import recorded
    from threatwright.engine.derive import derive
    from threatwright.engine.record.speaker import Speaker

    shelf = Shelf()
    with shelf.own(place):
        model = shelf.load(place)
        note_other_knowledge(model, knowledge)
        model = derive(model, knowledge)
        challenges = _held(heard, model, knowledge, at)
        speaker = Speaker(told.by, told.role, bootstrap.now())
        after, done = recorded(
            model, challenges, knowledge, speaker, told.evidence, in_part=told.in_part
        )
        if done.entries:
            shelf.save(after, place)
    _print(model, challenges, heard, done, place.name, as_json=as_json)


def _print(
    model: ThreatModel,
    challenges: Sequence[Challenge],
    heard: HeardClaims,
    done: Recording | None = None,
    file: str = "",
    *,
    as_json: bool,
) -> None:
    from threatwright.exchange import challenge_markdown
    from threatwright.exchange.json_file import dumped

    if as_json:
        content = {
            "model": model.id,
            "name": model.name,
            "claims": [one.model_dump(mode="json") for one in challenges],
            "unrecognised": [one.model_dump(mode="json") for one in heard.others],
            "recorded": done and done.model_dump(mode="json"),
        }
        console.say(dumped(content), end="")
        return
    console.say(challenge_markdown.write(challenges, heard.others), end="")
    if done is not None:
        console.say()
        console.say(challenge_markdown.write_recording(done, file), end="")
