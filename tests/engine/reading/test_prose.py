"""What offline reading takes out of prose, and above all what it must not."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from threatwright import resources
from threatwright.engine.derive import begin
from threatwright.engine.reading.prose import read
from threatwright.engine.text.sentences import clean, one_line, word_set
from threatwright.knowledge.entries import parse_file
from threatwright.knowledge.load import load_knowledge
from threatwright.model.document import ThreatModel
from threatwright.model.journal import Source, SourceKind
from threatwright.model.reading import Reading, SaidFact
from threatwright.model.terms import ComponentKind, Coverage, FactClass, Movement
from threatwright.model.vocabulary import FactEntry, KindEntry

KNOWLEDGE = load_knowledge()
GENERATIVE = {"llm", "tools", "retrieval", "memory", "trains"}


def said(text: str, origin: str = "document:description.md") -> Reading:
    return read(text, origin, KNOWLEDGE)


def facts(reading: Reading) -> dict[str, str]:
    return {fact.key: fact.value for fact in reading.facts}


def fact(reading: Reading, key: str) -> SaidFact:
    return next(f for f in reading.facts if f.key == key)


def kinds(reading: Reading) -> set[ComponentKind]:
    return {mention.kind for mention in reading.mentions}


def named(reading: Reading, kind: ComponentKind) -> list[str]:
    return [mention.name for mention in reading.mentions if mention.kind is kind]


# --- what is named ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("Features are kept in Feast.", ComponentKind.FEATURE_STORE, "Feast"),
        ("Images are put into an S3 bucket.", ComponentKind.OBJECT_STORE, "S3"),
        ("Events go through kafka.", ComponentKind.QUEUE, "kafka"),
        ("A ResNet-50 classifies the parts.", ComponentKind.INFERENCE_ENDPOINT, "ResNet-50"),
        ("We answer with GPT-4o.", ComponentKind.LLM, "GPT-4o"),
        ("The network runs on an Nvidia Jetson.", ComponentKind.EDGE_DEVICE, "Nvidia Jetson"),
        ("An MCP server offers the calendar.", ComponentKind.TOOL, "MCP server"),
        ("Staff sign in through Keycloak.", ComponentKind.IDENTITY_PROVIDER, "Keycloak"),
        ("Each build runs in GitHub Actions.", ComponentKind.CI_CD, "GitHub Actions"),
        ("Trucks carry a LiDAR.", ComponentKind.SENSOR, "LiDAR"),
    ],
)
def test_a_product_is_recognised_and_keeps_its_name(
    text: str, kind: ComponentKind, name: str
) -> None:
    assert name in named(said(text), kind)


def test_a_kind_named_generically_and_by_product_is_one_mention() -> None:
    reading = said("Our feature store is Feast. The feature store is fed every hour.")
    assert named(reading, ComponentKind.FEATURE_STORE) == ["Feast"]


def test_two_products_of_a_kind_are_two_mentions() -> None:
    reading = said("Raw files lie in MinIO, exports in Backblaze.")
    assert named(reading, ComponentKind.OBJECT_STORE) == ["MinIO", "Backblaze"]


def test_different_people_stay_different() -> None:
    reading = said("Patients send pictures. Radiologists and administrators look at them.")
    assert named(reading, ComponentKind.PERSON) == ["Patients", "Radiologists", "Administrators"]


def test_a_fact_stands_near_the_component_that_can_carry_it() -> None:
    reading = said("Analysts query the feature store, and Postgres is backed up every night.")
    assert fact(reading, "backup").near == ("Postgres", "Feature store")


def test_a_fact_said_of_a_component_that_cannot_have_it_is_given_to_no_other() -> None:
    assert "vendor_hosted" not in facts(said("The code lies in a self-hosted GitLab."))


# --- words with two meanings ------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Our insurance agent visits the customer, and the travel agent books the flight.",
        "The endpoint agent on each laptop reports to the data centre.",
        "The server has 64 GB of memory; a memory leak was fixed.",
        "We use browser extensions and WordPress plugins.",
        "The data model and the business model are documented.",
        "Births are entered in the national registry.",
        "Staff training takes place twice a year, and employees were trained in first aid.",
        "Prompt delivery is promised; a token is sent by SMS.",
        "The tool shop sells power tools, vendors and customers meet there.",
        "The network was updated, and the index of pages is built by hand.",
        "We cluster the samples by hand; the price index rose.",
        "The nightly job runs a Python script and a SQL query.",
        "The shop remembers my basket. Past messages are listed in the mailbox.",
        "The online learning platform hosts courses; students learn from each other.",
        "Whisky is kept in barrels, pickles in jars, and snowflakes fall.",
        "Mail is provided by our host, and every form is orchestrated by hand.",
        "Goods are classified and recommended by our buyers.",
    ],
)
def test_an_ambiguous_word_makes_nothing_an_ai_system(text: str) -> None:
    reading = said(text)
    ai = {entry.kind for entry in KNOWLEDGE.kinds if entry.is_ai}
    assert not kinds(reading) & ai
    assert not {f.key for f in reading.facts if f.value == "yes"} & GENERATIVE


@pytest.mark.parametrize(
    "text",
    [
        "A smart assistant helps everybody.",
        "The AI copilot is very clever.",
        "Our bot has several extensions.",
        "The agent is friendly.",
    ],
)
def test_a_vague_word_states_nothing(text: str) -> None:
    reading = said(text)
    assert not reading.mentions
    assert not reading.facts


def test_the_longest_phrase_takes_its_words() -> None:
    reading = said("Releases are entered in the model registry.")
    assert kinds(reading) == {ComponentKind.MODEL_REGISTRY}


def test_of_overlapping_names_the_later_has_the_head_noun() -> None:
    assert ComponentKind.MODEL_REGISTRY in kinds(said("There is a data model registry."))


def test_tools_in_a_document_without_a_language_model_are_not_those_of_a_model() -> None:
    text = "The assistant sends e-mail to the guests."
    assert "tools" not in facts(said(text))
    assert facts(said("A large language model writes. " + text))["tools"] == "yes"


# --- no, not, never ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("We don't log prompts.", "query_audit", "none"),
        ("There is no rate limit.", "rate_limit", "none"),
        ("Rate limiting has been switched off.", "rate_limit", "none"),
        ("Rate limits no longer exist.", "rate_limit", "none"),
        ("Rate limit: none", "rate_limit", "none"),
        ("| Rate limit | none |", "rate_limit", "none"),
        ("Per-key quota: not implemented", "rate_limit", "none"),
        ("Prediction drift is not monitored.", "drift_monitoring", "none"),
        ("Nobody looks for series of near-identical requests.", "abuse_monitoring", "none"),
        ("Nothing is signed.", "artifact_signing", "none"),
        ("There is no memory across sessions.", "memory", "no"),
        ("The chatbot has no memory.", "memory", "no"),
        ("The design works without any language model.", "llm", "no"),
        ("No generative AI is involved.", "llm", "no"),
        ("The model cannot call any tools.", "tools", "no"),
        ("We never train or fine-tune a model.", "trains", "no"),
        ("Users cannot upload files.", "accepts_uploads", "no"),
    ],
)
def test_a_denial_states_the_absence(text: str, key: str, value: str) -> None:
    assert facts(said(text))[key] == value


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("There is no LLM at the edge.", "llm"),
        ("An LLM is not used in training.", "llm"),
        ("Rather than an LLM, rules decide.", "llm"),
        ("Unlike ChatGPT, ours is made of rules.", "llm"),
        ("The model is not trained on customer data.", "trains"),
        ("The vendor does not train on our data.", "trains"),
        ("The assistant cannot send mail.", "tools"),
        ("MFA is not enforced for every account.", "privileged_mfa"),
        ("If a rate limit per key is set, calls fail.", "rate_limit"),
        ("Do we have a rate limit per key?", "rate_limit"),
        ("There is no password and a rate limit per key.", "rate_limit"),
    ],
)
def test_a_denial_of_something_narrower_or_unclear_states_nothing(text: str, key: str) -> None:
    assert key not in facts(said(text))


def test_not_only_is_no_negation() -> None:
    assert (
        facts(said("We have not only quotas per key but also alarms."))["rate_limit"] == "per-key"
    )


def test_a_negation_ends_with_its_clause() -> None:
    reading = said("There is no password, but models are signed with cosign.")
    assert facts(reading)["artifact_signing"] == "signed-and-verified"


def test_a_list_after_no_is_denied_as_a_whole() -> None:
    stated = facts(said("No log-in, rate limit or audit log exists."))
    assert [stated[key] for key in ("authentication", "rate_limit", "audit_log")] == ["none"] * 3


def test_a_denied_kind_is_denied_and_not_mentioned() -> None:
    reading = said("We use neither an LLM nor a vector database.")
    assert {d.kind for d in reading.denied} == {ComponentKind.LLM, ComponentKind.VECTOR_STORE}
    assert not reading.mentions


def test_a_thing_that_nobody_looks_after_is_still_there() -> None:
    reading = said("Nobody reviews the training data.")
    assert kinds(reading) == {ComponentKind.DATASET}
    assert not reading.denied


def test_a_log_in_that_is_not_required_says_nothing_against_what_it_guards() -> None:
    reading = said("No log-in is required to use the language model.")
    assert kinds(reading) == {ComponentKind.LLM}
    assert facts(reading)["public_access"] == "anonymous"


# --- I think, planned, not yet ----------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "I think there is a quota per key.",
        "There is probably a quota per key.",
        "As far as I know, requests are limited by a quota per key.",
        "There should be a quota per key.",
    ],
)
def test_doubt_is_kept(text: str) -> None:
    assert fact(said(text), "rate_limit").hedged


def test_what_is_said_without_doubt_is_not_hedged() -> None:
    assert not fact(said("There is a quota per key."), "rate_limit").hedged


@pytest.mark.parametrize(
    "text",
    [
        "A quota per key is planned.",
        "A rate limit is on our roadmap.",
        "Requests are not yet rate-limited.",
        "## Future work\n\nA quota per key for every client.",
    ],
)
def test_a_planned_control_is_not_in_place(text: str) -> None:
    assert facts(said(text))["rate_limit"] == "none"


def test_a_planned_component_is_not_there() -> None:
    reading = said("We plan to add a vector database and a language model.")
    assert not reading.mentions
    assert not reading.facts


# --- quotes, lines and Markdown ---------------------------------------------------------------

DOCUMENT = """# Fraud scorer

Some words on the whole system come first. It scores payments.

## Serving
- An XGBoost model scores each payment.
- There is no rate limit.

| Control | State |
|---|---|
| Audit log | none |

```
no rate limit: llm gpt-4o
```
Models are signed
with cosign. That is all.
"""


def test_name_and_purpose_come_from_heading_and_first_sentence() -> None:
    reading = said(DOCUMENT)
    assert reading.name == "Fraud scorer"
    assert reading.purpose == "Some words on the whole system come first."


def test_a_generic_heading_is_no_name() -> None:
    assert said("# Overview\n\nIt scores payments for a bank.").name == ""


@pytest.mark.parametrize(
    ("key", "line", "quote"),
    [
        ("rate_limit", 7, "There is no rate limit."),
        ("audit_log", 11, "| Audit log | none |"),
        ("artifact_signing", 16, "Models are signed with cosign."),
    ],
)
def test_quote_and_line_are_exact(key: str, line: int, quote: str) -> None:
    provenance = fact(said(DOCUMENT), key).provenance
    assert provenance.source == f"document:description.md:{line}"
    assert provenance.quote == quote


def test_an_answer_has_no_line() -> None:
    reading = said("There is no rate limit.", "answer:7")
    assert fact(reading, "rate_limit").provenance.source == "answer:7"


def test_an_answer_is_believed_without_the_context_of_a_document() -> None:
    assert facts(said("The agent can call tools.", "answer:7"))["tools"] == "yes"


def test_a_heading_states_no_fact() -> None:
    assert not said("## Quota per key\n\n## No rate limit\n").facts


def test_code_states_no_fact() -> None:
    assert not said("```\nno rate limit\n```").facts


def test_a_long_sentence_is_quoted_around_the_words() -> None:
    padding = "and so it goes on with many words " * 10
    provenance = fact(said(f"It is {padding} with a quota per key {padding}."), "rate_limit")
    assert "quota per key" in provenance.provenance.quote
    assert len(provenance.provenance.quote) <= 200


# --- links ------------------------------------------------------------------------------------


def test_a_verb_of_movement_joins_subject_and_object() -> None:
    reading = said("The web app sends cropped faces to the inference service.")
    (link,) = reading.links
    assert (link.source, link.target) == ("Web app", "Inference service")
    assert (link.carries, link.movement) == ("cropped faces", Movement.SEND)


def test_a_clause_without_a_subject_has_the_one_before() -> None:
    reading = said("The LLM queries the vector database and calls the search tool.")
    assert [(k.source, k.target) for k in reading.links] == [
        ("LLM", "Vector database"),
        ("LLM", "Tool"),
    ]


def test_reading_has_its_own_direction() -> None:
    (link,) = said("The backend reads features from Feast.").links
    assert (link.source, link.target, link.movement) == ("Backend", "Feast", Movement.READ)


@pytest.mark.parametrize(
    "text",
    [
        "The web app never sends faces to the inference service.",
        "Near the web app stands the inference service.",
        "The web app is read by the inference service.",
    ],
)
def test_no_link_without_a_plain_movement(text: str) -> None:
    assert not said(text).links


# --- hostile and odd text ---------------------------------------------------------------------


def test_escape_sequences_and_invisible_characters_are_gone_from_what_is_kept() -> None:
    reading = said(
        "\x1b[31mThe L\u200bLM\x1b[0m answers questions.\u202e \x1b]0;title\x07No rate limit."
    )
    assert named(reading, ComponentKind.LLM) == ["LLM"]
    assert reading.purpose == "The LLM answers questions."
    assert "\x1b" not in reading.model_dump_json()


def test_markup_is_only_text() -> None:
    reading = said("[/admin] <script>The **LLM** answers</script> [bold]in a sandbox[/bold].")
    assert named(reading, ComponentKind.LLM) == ["LLM"]


def test_an_address_names_nothing() -> None:
    assert not said("See https://example.com/llm/agent/no-rate-limit.").mentions


@pytest.mark.parametrize(
    "text", ["", "\n\n", "。", "…", "Ünïcödé 系统 без слов", "\ud800 lone", "# "]
)
def test_text_without_words_of_ours_reads_as_nothing(text: str) -> None:
    reading = said(text)
    assert not reading.mentions
    assert not reading.facts


PIECES = (DOCUMENT, "no ", "model ", "a\n", "| ", "> # - ", "a\n---\n", "x", "LLM. ", "((", "\x1b[")


@pytest.mark.long
@pytest.mark.parametrize("start", ["", "# ", "```\n"], ids=["prose", "heading", "code"])
@pytest.mark.parametrize("piece", PIECES, ids=range(len(PIECES)))
def test_work_grows_no_faster_than_the_text(start: str, piece: str) -> None:
    def seconds(characters: int) -> float:
        before = time.process_time()
        said(start + piece * (characters // len(piece)))
        return time.process_time() - before

    seconds(100)  # what is worked out once
    most = 12 * max(seconds(4_000), 0.05)  # squared, it would be 25 times
    assert any(seconds(20_000) < most for _ in range(2))  # a loaded machine may be slow once


@pytest.mark.long
@pytest.mark.parametrize("size", [100_000, pytest.param(1_000_000, marks=pytest.mark.slow)])
def test_a_megabyte_can_be_read(size: int) -> None:
    reading = said(DOCUMENT * (size // len(DOCUMENT)))
    assert kinds(reading) == kinds(said(DOCUMENT))


def test_reading_twice_gives_the_same() -> None:
    assert said(DOCUMENT) == said(DOCUMENT)


WORDS = st.sampled_from(
    sorted(
        word_set(
            "no not never without LLM Feast memory model registry signed with cosign rate limit per"
            " key the a , . ; : | - and or but if planned I think agent tools train # ``` > \x1b[1m"
            " is are sends to reads from vector database users upload"
        )
    )
)


@settings(max_examples=80)
@given(st.one_of(st.text(max_size=400), st.lists(WORDS | st.just("\n"), max_size=60).map(" ".join)))
def test_read_never_raises_and_quotes_only_what_is_there(text: str) -> None:
    reading = said(text)
    there = one_line(clean(text))
    provenances = [
        *(m.provenance for m in reading.mentions),
        *(f.provenance for f in reading.facts),
        *(c.provenance for c in reading.called),
        *(k.provenance for k in reading.links),
        *(d.provenance for d in reading.denied),
        *reading.assets.values(),
    ]
    for provenance in provenances:
        assert provenance.quote
        assert provenance.quote in there
    names = {mention.name for mention in reading.mentions}
    assert names.issuperset(name for f in reading.facts for name in f.near)
    assert names.issuperset(end for link in reading.links for end in (link.source, link.target))


# --- whole descriptions -----------------------------------------------------------------------

WITHOUT_AI = {
    "shop": """Plain web shop in PHP. Customers browse the catalogue, put articles in the basket
and pay with Stripe. Orders are stored in MySQL. We use several browser extensions for testing
and WordPress plugins for the blog. Staff are trained every year. Our business model is retail
of cameras and power tools. Support agents answer the phone. The server has 32 GB of memory.""",
    "payroll": """The payroll application calculates salaries for two hundred companies on Tomcat
with an Oracle database. The data model is documented. Insurance agents and accountants log in
with a password. There is a registry of employers, and employee training records are kept. The
endpoint agent on each laptop reports to the security team. Payments are prompt. A token is sent
by SMS.""",
    "static site": """Documentation built with Hugo from a GitHub repository by GitHub Actions,
served by Cloudflare from an S3 bucket. An index of pages is generated; we cluster them by topic
by hand.""",
    "library": """Readers reserve books and get reminders by e-mail. Memory sticks can be
borrowed. A model railway club meets on Fridays. Data classification follows the city's scheme,
and user training takes place twice a year. The system remembers past loans for a year.""",
}


@pytest.mark.parametrize("name", WITHOUT_AI)
def test_a_system_without_ai_reads_as_one(name: str) -> None:
    reading = said(WITHOUT_AI[name])
    ai = {entry.kind for entry in KNOWLEDGE.kinds if entry.is_ai}
    assert not [m for m in reading.mentions if m.kind in ai]
    assert not {f.key for f in reading.facts if f.value == "yes"} & {*GENERATIVE, "physical_input"}


@pytest.mark.parametrize(
    ("text", "gates"),
    [
        (
            "LightGBM forecasts are made nightly; our team retrains the model on Sundays.",
            {"trains": "yes"},
        ),
        (
            "The coding assistant sends the open file to GPT-4o, runs shell commands and opens pull"
            " requests. Nothing is remembered between sessions. We do not fine-tune anything.",
            {"llm": "yes", "tools": "yes", "memory": "no", "trains": "no"},
        ),
        (
            "Each hospital trains locally and sends its model update to an aggregator, which"
            " averages the updates.",
            {"trains": "yes", "federated": "yes"},
        ),
        (
            "The bot looks up the closest articles in Weaviate and passes them with the question to"
            " Claude, which answers from our handbook.",
            {"llm": "yes", "retrieval": "yes"},
        ),
        (
            "A planner agent on LangGraph books hotels for the traveller. It remembers travellers'"
            " preferences from earlier trips.",
            {"llm": "yes", "tools": "yes", "memory": "yes"},
        ),
        (
            "A drone's camera delivers frames to a YOLO network on the Jetson board.",
            {"physical_input": "yes"},
        ),
        (
            "Visitors upload photos without an account. User feedback goes into the next training"
            " set.",
            {"outsiders": "yes", "learns_from_others": "yes", "trains": "yes"},
        ),
    ],
)
def test_gates_are_stated_where_the_words_leave_no_doubt(text: str, gates: dict[str, str]) -> None:
    stated = facts(said(text))
    assert {key: stated.get(key) for key in gates} == gates
    opened = {key for key in GENERATIVE if stated.get(key) == "yes"}
    assert opened == {key for key in gates.keys() & GENERATIVE if gates[key] == "yes"}


# --- the vocabulary ---------------------------------------------------------------------------


def _vocabulary() -> Path:
    return resources.folder("knowledge") / "vocabulary"


def test_every_kind_has_an_entry_and_names_to_be_known_by() -> None:
    entries = parse_file(_vocabulary() / "kinds.yaml", tuple[KindEntry, ...])
    assert {entry.kind for entry in entries} == set(ComponentKind)
    assert all(entry.cues for entry in entries)


@pytest.mark.parametrize("entry", KNOWLEDGE.facts, ids=lambda entry: entry.key)
def test_a_fact_can_be_asked(entry: FactEntry) -> None:
    assert entry.question.endswith("?")
    assert entry.why.endswith(".")
    assert entry.on != "component" or ("{element}" in entry.question and entry.applies_to)
    assert len({choice.value for choice in entry.choices}) == len(entry.choices)


@pytest.mark.parametrize(
    "entry",
    [f for f in KNOWLEDGE.facts if f.fact_class is FactClass.CONTROL],
    ids=lambda entry: entry.key,
)
def test_a_control_runs_from_none_to_full_and_proposes_nothing_good(entry: FactEntry) -> None:
    coverages = [choice.coverage for choice in entry.choices]
    assert coverages[0] is Coverage.NONE
    assert Coverage.FULL in coverages
    assert entry.choices[0].unsafe == max(choice.unsafe for choice in entry.choices)
    assert entry.usual in {None, entry.choices[0].value}


def test_a_gate_is_closed_or_opened_and_proposes_nothing() -> None:
    gates = [f for f in KNOWLEDGE.facts if f.is_gate]
    assert len(gates) == 10
    assert all([c.value for c in gate.choices] == ["yes", "no"] for gate in gates)
    assert all(gate.usual is None for gate in gates)


def test_a_text_that_ends_in_a_negation_is_read() -> None:
    assert [d.kind for d in said("Feast&NEVER").denied] == [ComponentKind.FEATURE_STORE]


# --- everyday words for an AI system ------------------------------------------------------------


def drafted(text: str) -> ThreatModel:
    return begin(
        "Ours", [Source(kind=SourceKind.PROSE, name="description.md", text=text)], KNOWLEDGE
    )


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("The scorer looks at ten years of loans.", ComponentKind.INFERENCE_ENDPOINT, "Scorer"),
        ("Our engine predicts who will leave.", ComponentKind.INFERENCE_ENDPOINT, "Our engine"),
        ("A tiny network on the chip judges it.", ComponentKind.INFERENCE_ENDPOINT, "Tiny network"),
        ("Plates are read by OpenALPR.", ComponentKind.INFERENCE_ENDPOINT, "OpenALPR"),
        ("The comparing is left to Amazon Rekognition.", ComponentKind.INFERENCE_ENDPOINT,
         "Amazon Rekognition"),
        ("Notes are written by Gemma.", ComponentKind.LLM, "Gemma"),
        ("The add-on asks Copilot for a formula.", ComponentKind.LLM, "Copilot"),
        ("Four AI workers make the report.", ComponentKind.AGENT, "AI workers"),
        ("The work is done by a coding helper.", ComponentKind.AGENT, "Coding helper"),
        ("The wristband warns its owner.", ComponentKind.EDGE_DEVICE, "Wristband"),
        ("It grips what a depth camera shows.", ComponentKind.SENSOR, "Depth camera"),
        ("Jobs run on H100s.", ComponentKind.COMPUTE_CLUSTER, "H100s"),
        ("Rounds are run with NVIDIA FLARE.", ComponentKind.TRAINING, "NVIDIA FLARE"),
        ("People talk to it in a chat window.", ComponentKind.WEB_APP, "Chat window"),
        ("Pictures come from the PACS.", ComponentKind.DATABASE, "PACS"),
        ("Radiographers start it.", ComponentKind.PERSON, "Radiographers"),
        ("The dispatcher stops them.", ComponentKind.PERSON, "The dispatcher"),
    ],
)  # fmt: skip
def test_everyday_names_are_recognised(text: str, kind: ComponentKind, name: str) -> None:
    assert named(said(text), kind) == [name]


@pytest.mark.parametrize(
    ("text", "archetype"),
    [
        ("It compares the face with the picture taken when they joined.", "biometric-verification"),
        ("Nora greets people in the chat window and answers their questions.", "chatbot"),
        ("A filter learns what junk looks like.", "detector"),
        ("A tiny network on the chip judges the wristband's signal.", "edge-vision"),
        ("Each clinic sends only the weight changes.", "federated-learning"),
        ("How many beds will be needed on Friday?", ""),
        ("It tells how many beds will be needed on Friday.", "forecasting"),
        ("They work in MLflow, which the platform team keeps running.", "mlops-platform"),
        ("It plays what you will probably enjoy next.", "recommender"),
        ("It was shown thousands of old calls.", "training-pipeline"),
        ("The program has learned from six years of receipts.", "training-pipeline"),
        ("You photograph the mushroom and a neural network names it.", "web-classifier"),
    ],
)
def test_everyday_words_call_for_an_archetype(text: str, archetype: str) -> None:
    called = {called.archetype for called in said(text).called}
    assert archetype in called if archetype else not called


@pytest.mark.parametrize(
    "text",
    [
        "Mail passes a filter that learns what junk looks like. It is rebuilt from reports.",
        "The wristband watches the heartbeat. A tiny network on the chip judges each minute.",
        "Guests look at a tablet at the door. It compares the face with the picture on file.",
        "Readers see three articles that they may like, worked out from what they clicked.",
        "A nearest-neighbour thing suggests a wine. It looks at all baskets once a week.",
        "The robot arm decides where to grip. The skill was learned in simulation.",
        "Pets are priced by a formula that a computer found in years of bills.",
    ],
)
def test_a_system_told_in_plain_words_has_threats(text: str) -> None:
    assert drafted(text).threats


@pytest.mark.parametrize(
    "text",
    [
        "Zoe answers the phone at our surgery. Patients can also book online.",
        "Zoe and Max run the call centre. They answer customers' questions day and night.",
        "The mechanic learned his trade in Utrecht. Broken bikes are reported on a web form.",
        "We learned from last year's mess that sums must be checked. A script does it at night.",
        "The robot arm repeats what an engineer programmed. It decides nothing.",
        "Staff are trained on phishing twice a year. The security team studies the logs.",
        "The head-end puts readings into a time series database. Bills are made from the sums.",
        "A guard watches the cameras. Recordings are kept for three days.",
        "The assistant at the desk scans the card. A script works out the fines each night.",
        "Our agency represents fashion models. An agent calls back with an offer.",
    ],
)
def test_a_system_without_ai_stays_without_however_it_is_told(text: str) -> None:
    assert not drafted(text).threats


def test_words_around_a_gap_name_nothing() -> None:
    text = "Samples are labelled with a family name by majority of twelve scanners."
    found = read(text, "document:d.md", KNOWLEDGE).mentions
    assert [m.name for m in found if m.kind == "labelling"] == ["Labelling"]


# --- answers that call for more -------------------------------------------------------------------


def called(text: str, origin: str, *asked: str) -> list[str]:
    return [one.archetype for one in read(text, origin, KNOWLEDGE, asked=asked).called]


def test_an_answer_about_a_detail_calls_for_no_new_parts() -> None:
    text = "Prompts are tried for correct rankings on fifty old purchases first."
    assert "recommender" in called(text, "document:d.md")
    assert called(text, "answer:3", "evaluation_suite") == []


def test_an_answer_that_tells_of_more_or_was_asked_for_it_calls_for_new_parts() -> None:
    assert "chatbot" in called("There is also a chatbot on the website.", "answer:3", "rate_limit")
    assert "chatbot" in called("It's a chatbot for travellers.", "answer:3", "rate_limit")
    assert "chatbot" in called("A chatbot on the website.", "answer:3", "llm")
    assert "chatbot" not in called("The chatbot logs nothing.", "answer:3", "rate_limit")


def test_what_calls_it_tells_how_callers_are_known_of_what_was_asked_about() -> None:
    text = "Only the web portal calls it, with mutual TLS."
    (asked_for,) = (
        f
        for f in read(text, "answer:3", KNOWLEDGE, asked=("authentication",)).facts
        if f.key == "authentication"
    )
    (told,) = (f for f in said(text, "document:d.md").facts if f.key == "authentication")
    assert (asked_for.value, asked_for.near) == ("mutual-tls", ())
    assert told.near == ("Web portal",)


@pytest.mark.parametrize("how", ["is using it", "invokes it", "talks to it", "logs in to it"])
def test_who_gets_to_it_is_said_in_many_ways(how: str) -> None:
    text = f"Only the web portal {how}, with mutual TLS."
    found = read(text, "answer:3", KNOWLEDGE, asked=("authentication",)).facts
    assert [f.near for f in found if f.key == "authentication"] == [()]


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("Each customer can upload twenty photos a day.", "rate_limit", "per-key"),
        ("Each customer can upload twenty photos a day.", "query_volume", "per-user-few"),
        ("Every employee may send fifty prompts per hour.", "rate_limit", "per-key"),
    ],
)
def test_how_much_each_may_send_is_a_limit(text: str, key: str, value: str) -> None:
    assert facts(said(text))[key] == value


def test_an_answer_may_state_each_of_the_facts_that_it_was_asked_for() -> None:
    text = (
        "No single depot may supply more than a tenth of the rows, "
        "and rows far off the usual are thrown out."
    )
    asked = ("data_validation", "contribution_cap", "source_vetting")
    found = read(text, "answer:3", KNOWLEDGE, asked=asked).facts
    assert {f.key: f.value for f in found} == {
        "data_validation": "outlier-and-drift",
        "contribution_cap": "per-source",
    }
    assert all(fact.hedged for fact in found)
