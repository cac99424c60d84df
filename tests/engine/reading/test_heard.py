"""What a language model says that it read counts only as far as the text bears it out."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from threatwright.engine.derive import begin, derive, record
from threatwright.engine.reading.heard import Accepted, accepted
from threatwright.engine.reading.hearing import facts_told, kinds_told, pieces, reply_type
from threatwright.engine.reading.passages import (
    Passage,
    heard_in,
    of_entry,
    of_source,
    unheard,
)
from threatwright.engine.record.conflicts import open_conflicts
from threatwright.engine.record.fold import fold
from threatwright.engine.text.quotes import Words
from threatwright.knowledge.load import load_knowledge
from threatwright.model.contributions import Heard
from threatwright.model.document import ThreatModel
from threatwright.model.journal import (
    Answered,
    JournalEntry,
    Retracted,
    Source,
    SourceKind,
    Told,
    Unknown,
)
from threatwright.model.reading import Reading
from threatwright.model.system import SystemModel
from threatwright.model.terms import ComponentKind

KNOWLEDGE = load_knowledge()
TEXT = """\
# Claims triage

Claims triage sorts insurance claims by how likely they are to be fraud.
Adjusters open the triage console. The console asks the **claim scorer** for a score.
A second model, the photo checker, looks for edited photos.
The scorer answers only callers that present a token from Okta.
There is no vector database. Is anybody limited in how often they ask?
Probably the photo checker keeps what it is sent.
"""


def source(text: str = TEXT) -> Source:
    return Source(kind=SourceKind.PROSE, name="design.md", text=text)


def component(kind: str, name: str, quote: str) -> dict[str, Any]:
    return {"kind": kind, "name": name, "quote": quote}


def said(about: str, fact: str, quote: str, *, hedged: bool = False) -> dict[str, Any]:
    return {"about": about, "fact": fact, "hedged": hedged, "quote": quote}


def flow(source: str, target: str, quote: str, carries: str = "") -> dict[str, Any]:
    return {
        "source": source,
        "target": target,
        "carries": carries,
        "movement": "call",
        "quote": quote,
    }


SCORER = component("inference-endpoint", "claim scorer", "asks the claim scorer for a score")
CHECKER = component("inference-endpoint", "photo checker", "the photo checker, looks for edited")
CONSOLE = component("web-app", "triage console", "Adjusters open the triage console")
TOKEN = "The scorer answers only callers that present a token from Okta."


def heard(
    passage: Passage | None = None, system: SystemModel | None = None, **fields: Any
) -> Accepted:
    reply = reply_type(KNOWLEDGE).model_validate(fields)
    empty = SystemModel(name="Claims triage")
    return accepted(reply, passage or of_source(source()), system or empty, KNOWLEDGE)


def entry(passage: Passage, reading: Reading, n: int = 1, dropped: int = 0) -> Heard:
    return Heard(
        n=n,
        model="small",
        ground=passage.ground,
        origin=passage.origin,
        reading=reading,
        dropped=dropped,
    )


def modelled(text: str = TEXT, *entries: JournalEntry) -> ThreatModel:
    return derive(record(begin("", [source(text)], KNOWLEDGE), *entries), KNOWLEDGE)


def with_heard(text: str = TEXT, **fields: Any) -> SystemModel:
    passage = of_source(source(text))
    found = heard(passage, **fields)
    assert not found.dropped
    return modelled(text, entry(passage, found.reading)).system


# --- the form of a reply ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        {"components": [component("blockchain", "claim scorer", "the claim scorer for")]},
        {"facts": [said("system", "is_backdoored: yes", "Claims triage sorts insurance claims")]},
        {"facts": [said("claim scorer", "authentication: telepathy", TOKEN)]},
        {"facts": [said("claim scorer", "authentication", TOKEN)]},
        {"denied": [{"kind": "crypto-wallet", "quote": "There is no vector database"}]},
    ],
)
def test_a_kind_fact_or_choice_that_does_not_exist_is_no_reply(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        reply_type(KNOWLEDGE).model_validate(fields)


def test_what_is_asked_of_a_model_stays_short() -> None:
    told = f"{kinds_told(KNOWLEDGE)}\n{facts_told(KNOWLEDGE)}"
    assert len(told) / 4 < 8_000


def test_a_long_text_is_read_in_pieces_that_together_are_the_text() -> None:
    text = "\n\n".join(f"Paragraph {n} says something about the system." for n in range(2_000))
    parts = pieces(text)
    assert len(parts) > 1
    assert "".join(parts) == text


# --- words in the text ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "quote",
    [
        "asks the claim scorer for a score",
        "The console asks the claim scorer for a score.",
        "triage console. The console",
        "“asks  the\nclaim scorer”",
        "ASKS THE CLAIM SCORER",
    ],
)
def test_a_quote_may_differ_in_white_space_quotation_marks_emphasis_and_capitals(
    quote: str,
) -> None:
    span = Words(TEXT).find(quote)
    assert span is not None
    assert "scorer" in TEXT[slice(*span)] or "console" in TEXT[slice(*span)]


@pytest.mark.parametrize("quote", ["", "  ", "…", "asks the claim", "sks the", "scorer … score"])
def test_words_that_do_not_stand_in_the_text_are_not_found(quote: str) -> None:
    text = TEXT.replace("asks the **claim", "asks them **claim")
    assert Words(text).find(quote) is None


@given(st.text(max_size=80), st.data())
@settings(max_examples=50)
def test_whatever_stands_between_spaces_is_found_where_it_stands(
    text: str, data: st.DataObject
) -> None:
    words = f"start {text} end"
    assert Words(words).find("start") == (0, 5)
    span = Words(words).find(data.draw(st.sampled_from(words.split())))
    assert span is None or span[1] <= len(words)


def test_what_was_read_keeps_its_words_and_their_line() -> None:
    mention = heard(components=[SCORER]).reading.mentions[0]
    assert mention.name == "Claim scorer"
    assert mention.provenance.source == "llm:document:design.md:4"
    assert mention.provenance.quote == "asks the claim scorer for a score"


def test_what_was_read_in_an_answer_names_the_answer() -> None:
    passage = of_entry(Told(n=7, text="There is also a Redis cache."))
    found = heard(passage, components=[component("database", "Redis", "a Redis cache")])
    assert found.reading.mentions[0].provenance.source == "llm:answer:7"


@pytest.mark.parametrize(
    "fields",
    [
        {"components": [component("queue", "Kafka", "events go through Kafka")]},
        {"components": [component("queue", "Kafka", "Adjusters open the triage console")]},
        {"components": [component("queue", "it", "Adjusters open the triage console")]},
        {"components": [component("person", "Adjusters", "Adjusters may do everything")]},
        {"facts": [said("claim scorer", "rate_limit: per-key", "limited to ten calls")]},
        {"facts": [said("claim scorer", "executes_code: yes", TOKEN)]},
        {"facts": [said("nothing", "authentication: sso-or-oauth", TOKEN)]},
        {"facts": [said("system", "authentication: sso-or-oauth", TOKEN)]},
        {"facts": [said("claim scorer", "rate_limit: none", "Is anybody limited in how often")]},
        {"facts": [said("system", "trains: yes", "# Claims triage")]},
        {"facts": [said("system", "trains: yes", "The scorer")]},
        {"flows": [flow("claim scorer", "Kafka", "asks the claim scorer for a score")]},
        {"flows": [flow("claim scorer", "claim scorer", "asks the claim scorer for a score")]},
        {"denied": [{"kind": "vector-store", "quote": "Adjusters open the triage console"}]},
        {"denied": [{"kind": "inference-endpoint", "quote": "There is no vector database"}]},
        {"name": "Something else"},
        {"purpose": "It makes the world better."},
    ],
)
def test_a_part_that_the_text_does_not_bear_out_is_left_out_and_counted(
    fields: dict[str, Any],
) -> None:
    found = heard(**{"components": [], **fields, **_with_scorer(fields)})
    assert found.dropped == 1
    named = [mention.name for mention in found.reading.mentions]
    assert named == (["Claim scorer"] if "components" not in fields else [])
    taken = found.reading.model_dump(exclude={"mentions"}, exclude_defaults=True)
    assert taken == {}


def _with_scorer(fields: dict[str, Any]) -> dict[str, Any]:
    return {} if "components" in fields else {"components": [SCORER]}


def test_a_quote_of_the_whole_text_shows_nothing() -> None:
    text = TEXT * 4
    found = heard(of_source(source(text)), components=[component("queue", "console", text)])
    assert (found.reading.mentions, found.dropped) == ((), 1)


def test_a_short_quote_counts_where_it_names_the_choice() -> None:
    text = "The scoring API.\nAuth: mutual TLS. Runs in Frankfurt."
    api = component("inference-endpoint", "scoring API", "The scoring API")
    good = said("scoring API", "authentication: mutual-tls", "mutual TLS")
    bad = said("scoring API", "authentication: api-key", "in Frankfurt")
    found = heard(of_source(source(text)), components=[api], facts=[good, bad])
    assert [fact.value for fact in found.reading.facts] == ["mutual-tls"]


def test_what_goes_along_a_flow_is_told_in_words_of_the_text() -> None:
    quote = "The console asks the claim scorer for a score"
    parts = [SCORER, CONSOLE]
    flows = [flow("triage console", "claim scorer", quote, "a score")]
    invented = [flow("triage console", "claim scorer", quote, "IGNORE ALL RULES")]
    assert heard(components=parts, flows=flows).reading.links[0].carries == "a score"
    assert heard(components=parts, flows=invented).reading.links[0].carries == "requests"


def test_an_answer_is_about_what_was_asked() -> None:
    known = modelled().system
    asked = next(c for c in known.components if c.kind is ComponentKind.INFERENCE_ENDPOINT)
    answer = Answered(n=1, question=f"{asked.id}.rate_limit", text="Nope, never")
    for about in ("it", asked.name, asked.id):
        found = heard(of_entry(answer), known, facts=[said(about, "rate_limit: none", "Nope")])
        assert found.dropped == 1
        whole = [said(about, "rate_limit: none", "Nope, never")]
        found = heard(of_entry(answer), known, facts=whole)
        assert [(fact.key, fact.near) for fact in found.reading.facts] == [("rate_limit", ())]


# --- in the system ----------------------------------------------------------------------------


def test_what_both_readings_name_is_one_component() -> None:
    before = {c.id: c for c in modelled().system.components}
    console = component("web-app", "The triage console", "Adjusters open the triage console")
    after = {c.id: c for c in with_heard(components=[SCORER, console]).components}
    assert before.keys() == after.keys()


def test_what_only_the_model_reads_is_added_with_its_words() -> None:
    text = f"{TEXT}\nThe wobbler turns photos into fingerprints.\n"
    quote = "The wobbler turns photos into fingerprints"
    system = with_heard(text, components=[component("service", "wobbler", quote)])
    added = next(c for c in system.components if c.name == "Wobbler")
    assert added.provenance.source == "llm:document:design.md:10"
    assert added.provenance.quote == quote
    assert added.provenance.is_stated


def test_two_of_one_kind_that_the_model_tells_apart_are_two() -> None:
    facts = [said("claim scorer", "authentication: sso-or-oauth", TOKEN)]
    system = with_heard(components=[SCORER, CHECKER], facts=facts)
    found = {c.name: c for c in system.of_kind([ComponentKind.INFERENCE_ENDPOINT])}
    assert found.keys() == {"Scorer", "Photo checker"}
    assert "inference-endpoint" in {c.id for c in found.values()}
    assert found["Scorer"].facts["authentication"].value == "sso-or-oauth"
    other = found["Photo checker"].facts.get("authentication")
    assert other is None or not other.is_stated


def test_what_the_model_takes_for_another_kind_stays_what_it_was() -> None:
    text = "The app stores scores in Postgres. An LLM writes the letters."
    before = modelled(text).system
    system = with_heard(text, components=[component("queue", "Postgres", "scores in Postgres")])
    assert [c.kind for c in system.components] == [c.kind for c in before.components]


def test_a_doubt_that_was_heard_is_an_assumption() -> None:
    key = "rate_limit: none"
    text = "The scoring API serves a model. I think nobody limits how often it is called."
    api = component("inference-endpoint", "scoring API", "The scoring API serves a model")
    quote = "I think nobody limits how often it is called"
    doubted = said("scoring API", key, quote, hedged=True)
    system = with_heard(text, components=[api], facts=[doubted])
    fact = system.fact("inference-endpoint", "rate_limit")
    assert fact is not None
    assert not fact.is_stated


def test_two_readings_that_differ_are_a_conflict_with_both_quotes() -> None:
    text = "The scoring API serves a model. Callers of the scoring API use API keys of their own."
    api = component("inference-endpoint", "scoring API", "The scoring API serves a model")
    key = said("scoring API", "authentication: mutual-tls", "use API keys of their own")
    passage = of_source(source(text))
    found = heard(passage, components=[api], facts=[key])
    model = modelled(text, entry(passage, found.reading))
    fact = model.system.fact("inference-endpoint", "authentication")
    assert fact is not None
    assert {fact.value, *(claim.value for claim in fact.against)} == {"api-key", "mutual-tls"}
    assert fact.provenance.quote
    assert all(claim.provenance.quote for claim in fact.against)
    assert "inference-endpoint.authentication" in open_conflicts(model.system)


def test_readings_that_agree_are_no_conflict_and_stay_the_documents() -> None:
    text = "The scoring API serves a model. Callers of the scoring API use API keys of their own."
    api = component("inference-endpoint", "scoring API", "The scoring API serves a model")
    key = said("scoring API", "authentication: api-key", "use API keys of their own")
    fact = with_heard(text, components=[api], facts=[key]).fact(
        "inference-endpoint", "authentication"
    )
    assert fact is not None
    assert fact.is_stated
    assert fact.provenance.kind == "document"


def test_what_a_text_names_cannot_be_denied_out_of_it() -> None:
    text = "The app keeps vectors in a vector database. There is no graph. An LLM answers."
    before = modelled(text).system
    reading = heard(
        of_source(source(text)), denied=[{"kind": "vector-store", "quote": "There is no graph"}]
    ).reading
    after = modelled(text, entry(of_source(source(text)), reading)).system
    assert [c.id for c in after.components] == [c.id for c in before.components]


def test_what_was_heard_in_an_answer_settles_its_question() -> None:
    model = modelled()
    answer = Answered(
        n=1, question="inference-endpoint.rate_limit", text="Whoever shouts loudest is served."
    )
    known = derive(record(model, answer), KNOWLEDGE)
    passage = of_entry(answer)
    found = heard(
        passage,
        known.system,
        facts=[said("it", "rate_limit: none", "Whoever shouts loudest is served")],
    )
    fact = modelled(TEXT, answer, entry(passage, found.reading, n=2)).system.fact(
        "inference-endpoint", "rate_limit"
    )
    assert fact is not None
    assert (fact.value, fact.provenance.source) == ("none", "llm:answer:1")
    assert fact.is_stated


def test_two_readings_of_one_answer_that_differ_are_a_conflict() -> None:
    text = TEXT.replace(" only callers that present a token from Okta", "")
    answer = Answered(
        n=1, question="inference-endpoint.authentication", text="They use API keys of their own."
    )
    known = modelled(text, answer)
    read = known.system.fact("inference-endpoint", "authentication")
    assert read is not None
    assert read.value == "api-key"
    passage = of_entry(answer)
    same, other = (
        heard(passage, known.system, facts=[said("it", f"authentication: {v}", answer.text)])
        for v in ("api-key", "mutual-tls")
    )
    agreed = modelled(text, answer, entry(passage, same.reading, n=2)).system
    differing = modelled(text, answer, entry(passage, other.reading, n=2)).system
    assert agreed.fact("inference-endpoint", "authentication") == read
    fact = differing.fact("inference-endpoint", "authentication")
    assert fact is not None
    assert fact.is_conflict


def test_what_words_alone_suggest_gives_way_to_what_a_model_reads() -> None:
    claim = "Messages above a threshold are quarantined and the others are delivered."
    text = f"{TEXT}\n{claim}\n"
    guessed = modelled(text).system.facts["automation"]
    assert (guessed.value, guessed.hedged) == ("automatic", True)
    read = with_heard(text, facts=[said("system", "automation: human-samples", claim)])
    fact = read.facts["automation"]
    assert (fact.value, fact.hedged, fact.against) == ("human-samples", False, ())


def test_the_next_answer_decides_between_two_readings() -> None:
    answer = Answered(
        n=1, question="inference-endpoint.authentication", text="They use API keys of their own."
    )
    passage = of_entry(answer)
    found = heard(
        passage,
        modelled(TEXT, answer).system,
        facts=[said("it", "authentication: mutual-tls", answer.text)],
    )
    decision = Answered(n=3, question="inference-endpoint.authentication", value="mutual-tls")
    fact = modelled(TEXT, answer, entry(passage, found.reading, n=2), decision).system.fact(
        "inference-endpoint", "authentication"
    )
    assert fact is not None
    assert (fact.value, fact.is_conflict) == ("mutual-tls", False)


def test_what_was_heard_in_an_answer_goes_with_it() -> None:
    told = Told(n=1, text="There is also a wobbler for photos.")
    passage = of_entry(told)
    found = heard(passage, components=[component("service", "wobbler", "also a wobbler for")])
    listened = entry(passage, found.reading, n=2)
    there = modelled(TEXT, told, listened).system
    gone = modelled(TEXT, told, listened, Retracted(n=3, entry=1)).system
    assert "Wobbler" in {c.name for c in there.components}
    assert gone == modelled().system


def test_what_was_heard_in_another_text_of_that_name_does_not_count() -> None:
    found = heard(components=[component("service", "photo checker", "the photo checker, looks")])
    changed = f"{TEXT} It was rewritten."
    stale = entry(of_source(source()), found.reading)
    assert modelled(changed, stale).system == modelled(changed).system


def test_without_anything_heard_nothing_changes() -> None:
    journal = (
        Told(n=1, text="There is also a Redis cache."),
        Answered(n=2, question="inference-endpoint.rate_limit", text="nobody is limited"),
        Unknown(n=3, question="inference-endpoint.authentication"),
    )
    empty = [
        entry(passage, Reading(), n=n)
        for n, passage in enumerate(
            (of_source(source()), of_entry(journal[0]), of_entry(journal[1])), start=4
        )
    ]
    one = fold("", [source()], journal, KNOWLEDGE)
    assert one == fold("", [source()], (*journal, *empty), KNOWLEDGE)
    assert one == fold("", [source()], (*empty, *journal), KNOWLEDGE)


def test_the_order_in_which_texts_were_heard_does_not_matter() -> None:
    told = Told(n=1, text="There is also a wobbler for photos.")
    first = entry(of_source(source()), heard(components=[SCORER, CHECKER]).reading, n=2)
    second = entry(
        of_entry(told),
        heard(
            of_entry(told), components=[component("service", "wobbler", "also a wobbler for")]
        ).reading,
        n=3,
    )
    assert modelled(TEXT, told, first, second).system == modelled(TEXT, told, second, first).system


# --- which texts are to be heard --------------------------------------------------------------


def test_every_text_is_heard_once() -> None:
    told = Told(n=1, text="There is also a Redis cache.")
    answer = Answered(n=2, question="inference-endpoint.rate_limit", text="per key, I am told")
    choice = Answered(n=3, question="inference-endpoint.authentication", value="none")
    doubt = Answered(n=4, question="system.trains", value="yes", text="probably yes", hedged=True)
    model = modelled(TEXT, told, answer, choice, doubt)
    waiting = unheard(model)
    assert [passage.origin for passage in waiting] == ["document:design.md", "answer:1", "answer:2"]
    listened = [entry(passage, Reading(), n=n) for n, passage in enumerate(waiting, start=5)]
    assert not unheard(record(model, *listened))
    assert len(heard_in(listened)) == 3


def test_what_was_taken_back_is_not_heard_any_more() -> None:
    told = Told(n=1, text="There is also a Redis cache.")
    model = modelled(TEXT, told, Retracted(n=2, entry=1))
    assert [passage.origin for passage in unheard(model)] == ["document:design.md"]


# --- what is known already, and who is no part of it ------------------------------------------


def known(answer: str, question: str = "") -> tuple[Passage, SystemModel]:
    """An answer about a described system; `question` is the key that the scorer was asked about."""
    model = begin("Claims triage", [source()], KNOWLEDGE)
    scorer = next(c for c in model.system.components if "scorer" in c.name.lower())
    if question:
        said = Answered(n=1, question=f"{scorer.id}.{question}", text=answer)
        return of_entry(said), model.system
    return of_entry(Told(n=1, text=answer)), model.system


def test_what_is_told_of_a_component_that_is_known_is_taken_though_it_is_not_named() -> None:
    quote = "nobody logs the queries"
    passage, system = known(f"By the way, {quote}.")
    scorer = next(c for c in system.components if "scorer" in c.name.lower())
    found = heard(passage, system, facts=[said(scorer.name, "query_audit: none", quote)])
    assert [(f.key, f.near) for f in found.reading.facts] == [("query_audit", (scorer.name,))]
    assert [m.name for m in found.reading.mentions] == [scorer.name]
    assert found.dropped == 0


@pytest.mark.parametrize("about", ["it", "the scorer", "inference endpoint"])
def test_an_answer_is_about_what_was_asked_however_that_is_called(about: str) -> None:
    quote = "nobody logs the queries"
    passage, system = known(f"No, {quote}.", "query_audit")
    found = heard(passage, system, facts=[said(about, "query_audit: none", quote)])
    assert [(f.key, f.near) for f in found.reading.facts] == [("query_audit", ())]


def test_an_answer_that_names_something_else_is_not_about_what_was_asked() -> None:
    quote = "nobody logs the queries"
    passage, system = known(f"No, {quote}.", "query_audit")
    found = heard(passage, system, facts=[said("the payroll", "query_audit: none", quote)])
    assert found.reading.facts == ()


@pytest.mark.parametrize("name", ["A thief", "spammers", "Fraudsters"])
def test_attackers_are_no_part_of_a_system(name: str) -> None:
    text = f"{name} may try the claim scorer."
    person = component("person", name, text)
    assert heard(of_source(source(text)), components=[person]).reading.mentions == ()


def test_a_flow_may_be_told_in_the_sentence_after_the_one_that_names_its_ends() -> None:
    text = "The triage console is next to the claim scorer. Every press is sent right away."
    parts = [
        component("web-app", "triage console", "The triage console is next to"),
        component("inference-endpoint", "claim scorer", "next to the claim scorer"),
    ]
    quote = "Every press is sent right away"
    (link,) = heard(
        of_source(source(text)),
        components=parts,
        flows=[flow("triage console", "claim scorer", quote)],
    ).reading.links
    assert (link.source, link.target) == ("Triage console", "Claim scorer")
