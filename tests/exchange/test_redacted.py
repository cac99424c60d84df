"""What a redacted version does not hold, whatever it is written as."""

from __future__ import annotations

import io
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.exchange import example
from threatwright.exchange.formats import FORMATS, Format
from threatwright.exchange.redacted import redact
from threatwright.model.contributions import Disputed, Heard, Proposed, Summarised
from threatwright.model.document import ThreatModel
from threatwright.model.facts import Fact, Provenance
from threatwright.model.journal import Answered, Decided, Source, SourceKind, Told
from threatwright.model.reading import Reading
from threatwright.model.scope import Scope, SignOff
from threatwright.model.system import Endpoint, SystemModel
from threatwright.model.terms import Status
from threatwright.model.threats import Evidence

PEOPLE = ("Ana Ruiz", "Boris Owner", "Carla Signer", "Dora Hallway")
WORDS = ("we never rotate the key", "only Greta can do that", "the vendor told us so")
FILES = ("zeppelin-design.docx",)
ADDRESSES = (
    "https://scoring.acme.example:8443/v1",
    "10.20.30.40",
    "models.corp.internal",
    "s3://acme-weights/prod",
    "kim@acme.example",
)
MODEL_WORDS = ("A summary that rests on their words.", "They said that nobody checks.")


def said(source: str, quote: str = "") -> Provenance:
    return Provenance(source=source, quote=quote)


def system() -> SystemModel:
    endpoint = Endpoint(
        id="live", component="scoring-api", url=ADDRESSES[0], provenance=example.READ
    )
    known = {"query_audit": Fact(value="no", provenance=said(f"person:{PEOPLE[3]}", WORDS[0]))}
    found = example.system(f"Scoring at {ADDRESSES[2]}")
    parts = tuple(
        part.model_copy(update={"facts": known}) if part.id == "scoring-api" else part
        for part in found.components
    )
    purpose = f"{PEOPLE[0]} runs it on {ADDRESSES[1]}; weights in {ADDRESSES[3]}."
    return found.model_copy(
        update={"endpoints": (endpoint,), "components": parts, "purpose": purpose}
    )


def telling() -> ThreatModel:
    """A model with something in each place where a person or an address can stand."""
    more: dict[str, Any] = {"model": "m", "ground": "0"}
    return example.model(
        system=system(),
        scope=Scope(
            objectives=(f"Ask {ADDRESSES[4]}",),
            sign_off=(SignOff(who=PEOPLE[2], role="security", version="1"),),
            handling="internal",
        ),
        sources=(Source(kind=SourceKind.PROSE, name=FILES[0], text=f"{WORDS[0]}. {WORDS[2]}"),),
        journal=(
            Answered(
                n=1,
                by=PEOPLE[0],
                role="devops",
                question="scoring-api.query_audit",
                value="no",
                text=WORDS[1],
            ),
            Told(n=2, by=PEOPLE[0], text=WORDS[2]),
            Decided(
                n=3,
                by=PEOPLE[0],
                threat="T-evade@scoring-api",
                status=Status.ACCEPTED,
                reason=WORDS[2],
                owner=PEOPLE[1],
            ),
            Summarised(n=4, text=MODEL_WORDS[0], **more),
            Heard(n=5, origin="answer:1", reading=Reading(), **more),
            Proposed(
                n=6,
                element="scoring-api",
                disputed=(Disputed(threat="T-evade@scoring-api", because=MODEL_WORDS[1]),),
                **more,
            ),
        ),
        threats=(
            example.threat(
                status=Status.ACCEPTED,
                reason=WORDS[2],
                owner=PEOPLE[1],
                notes=(f"Accepted before: {WORDS[2]}",),
                scenario=f"As “{WORDS[0]}” says, {PEOPLE[0]} is asked over {ADDRESSES[1]}.",
                evidence=(
                    Evidence(
                        kind="document",
                        ref=f"document:{FILES[0]}:3",
                        text=f"Query audit: no — “{WORDS[0]}”",
                    ),
                ),
            ),
        ),
    )


def text_of(entry: Format, model: ThreatModel) -> str:
    written = entry.write(model, example.KNOWLEDGE)
    if isinstance(written, str):
        return written
    book = load_workbook(io.BytesIO(written))
    return "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)


every_format = pytest.mark.parametrize("entry", FORMATS, ids=[entry.name for entry in FORMATS])


@every_format
def test_no_format_of_a_redacted_model_names_people_words_files_or_addresses(entry: Format) -> None:
    written = text_of(entry, redact(telling()))
    for secret in (*PEOPLE, *WORDS, *FILES, *ADDRESSES, *MODEL_WORDS):
        assert secret not in written


def test_without_redaction_they_are_there() -> None:
    markdown = next(entry for entry in FORMATS if entry.name == "json")
    written = text_of(markdown, telling())
    for secret in (*PEOPLE, *WORDS, *FILES, *ADDRESSES, *MODEL_WORDS):
        assert secret in written


def test_the_system_its_threats_and_their_ratings_stay() -> None:
    before, after = telling(), redact(telling())
    assert [c.id for c in after.system.components] == [c.id for c in before.system.components]
    assert [f.target for f in after.system.flows] == [f.target for f in before.system.flows]
    (threat,), (was,) = after.threats, before.threats
    assert (threat.id, threat.risk, threat.residual, threat.status, threat.references) == (
        was.id,
        was.risk,
        was.residual,
        was.status,
        was.references,
    )
    assert threat.scenario == ("As (words taken out) says, (a person) is asked over (an address).")
    assert threat.evidence[0] == Evidence(
        kind="document", ref="document:document 1:3", text="Query audit: no"
    )
    assert [e.role for e in after.journal if e.role] == ["devops"]


def test_the_label_says_that_it_is_redacted() -> None:
    assert redact(telling()).scope.handling == "internal, redacted"
    assert redact(example.model()).scope.handling == "Redacted"


def test_a_redacted_model_is_still_a_model() -> None:
    redacted = redact(telling())
    assert ThreatModel.model_validate_json(redacted.model_dump_json(by_alias=True)) == redacted


@every_format
def test_a_hostile_model_is_redacted_too(entry: Format) -> None:
    assert text_of(entry, redact(example.hostile()))


def test_redaction_leaves_the_model_itself_alone() -> None:
    model = telling()
    redact(model)
    assert model == telling()


def test_a_purpose_that_is_a_sentence_of_a_source_goes_with_the_source() -> None:
    model = example.model(
        sources=(Source(kind=SourceKind.PROSE, name="d.md", text="We pay.\nIt scores\ncards."),),
        system=example.system().model_copy(update={"purpose": "It scores cards."}),
    )
    assert redact(model).system.purpose == ""
    other = model.system.model_copy(update={"purpose": "Scores payments."})
    assert redact(model.model_copy(update={"system": other})).system.purpose == "Scores payments."
