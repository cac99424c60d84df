"""What `knowledge/probes/` holds: how a threat is tried on an endpoint, and what would show it.

No probe asks for harm. What it is after is always something of ours: a canary that was planted, a
nonce that the endpoint has to work out, a call that arrives at our own sink, or an effect that can
be measured.
"""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from threatwright.model.base import Slug, Value
from threatwright.model.organisation import Published


class Family(StrEnum):
    """Kinds of probe. A scope forbids by family, and a verdict names the families it rests on."""

    DIRECT_OVERRIDE = "direct-override"
    JAILBREAK_TEMPLATE = "jailbreak-template"
    ENCODING = "encoding"
    SKELETON_KEY = "skeleton-key"
    MANY_SHOT = "many-shot"
    CRESCENDO = "crescendo"
    RED_TEAMING = "red-teaming"
    INDIRECT_INLINE = "indirect-inline"
    INDIRECT_PLANTED = "indirect-planted"
    PROMPT_LEAK = "prompt-leak"
    CONTEXT_LEAK = "context-leak"
    DATA_LEAK = "data-leak"
    CROSS_USER_LEAK = "cross-user-leak"
    UNSAFE_OUTPUT = "unsafe-output"
    CONSUMPTION = "consumption"
    TOOL_MISUSE = "tool-misuse"
    MEMORY_POISONING = "memory-poisoning"
    RETRIEVAL_POISONING = "retrieval-poisoning"
    PRODUCT_RULE = "product-rule"
    GUARDRAIL_BYPASS = "guardrail-bypass"
    MISINFORMATION = "misinformation"
    EVASION = "evasion"
    EXTRACTION = "extraction"
    MEMBERSHIP = "membership"


class Shows(StrEnum):
    """What a hit shows, and nothing more: a canary that comes back is no safety jailbreak."""

    INSTRUCTION_OVERRIDE = "instruction-override"
    LEAKAGE = "leakage"
    UNSAFE_OUTPUT = "unsafe-output"
    CONSUMPTION = "consumption"
    TOOL_CALL = "tool-call"
    PERSISTENCE = "persistence"
    RULE_BROKEN = "rule-broken"
    FALSE_STATEMENT = "false-statement"
    EVASION = "evasion"
    EXTRACTION = "extraction"
    MEMBERSHIP = "membership"


class Method(StrEnum):
    """How the messages of a probe are sent."""

    SINGLE = "single"
    """One message in a conversation of its own."""
    TURNS = "turns"
    """The messages of a seed one after another, in one conversation."""
    MANY_SHOT = "many-shot"
    """One message behind many made-up exchanges in which the endpoint obeys; filled in with it."""
    SKELETON_KEY = "skeleton-key"
    """First a message that asks to change the rules, then the seed."""
    CRESCENDO = "crescendo"
    """A model of the attacker's leads there step by step, and goes back where it is refused."""
    RED_TEAMING = "red-teaming"
    """A model of the attacker's writes each next message from the last answer."""
    PLANT_THEN_ASK = "plant-then-ask"
    """A document is put where the system reads it; then, in a new conversation, it is asked for."""
    LATER = "later"
    """One conversation plants something; a new one of the same user asks."""
    PREDICT = "predict"
    """Rows to a predictive endpoint."""


ADAPTIVE = frozenset({Method.CRESCENDO, Method.RED_TEAMING})
"""Methods whose messages a model of the attacker's writes."""


class Converter(StrEnum):
    """How a text is put in another form before it is sent. None of them needs a model."""

    ASCII_SMUGGLER = "ascii-smuggler"
    ASK_TO_DECODE_BASE64 = "ask-to-decode-base64"
    ASK_TO_DECODE_ROT13 = "ask-to-decode-rot13"
    ATBASH = "atbash"
    BASE64 = "base64"
    BINARY = "binary"
    CHAR_SWAP = "char-swap"
    DIACRITIC = "diacritic"
    FLIP = "flip"
    LEETSPEAK = "leetspeak"
    MORSE = "morse"
    POLICY_PUPPETRY = "policy-puppetry"
    ROT13 = "rot13"
    UNICODE_CONFUSABLE = "unicode-confusable"
    URL = "url"
    ZERO_WIDTH = "zero-width"


class Place(StrEnum):
    """Where a canary is planted before a probe."""

    SYSTEM_PROMPT = "system-prompt"
    DOCUMENT = "document"
    RECORD = "record"
    OTHER_USER = "other-user"
    """In what belongs to another user than the one who probes."""
    TOOL = "tool"
    """In what a tool returns."""


class Need(StrEnum):
    """What a probe cannot do without. Where it is missing, the probe is left out, and it is said.

    A canary's place, an attacker's model and the turns of a conversation follow from the rest of an
    entry; these do not.
    """

    DOCUMENT_SINK = "document-sink"
    """A way to put a document where the system reads it."""
    TOOL_SINK = "tool-sink"
    """A tool of the system's that was pointed at our own listener."""
    SAMPLES = "samples"
    """Rows of the user's own, for predictive endpoints."""


class Canary(Value):
    """A canary that was planted comes back, in whatever form."""

    kind: Literal["canary"]
    place: Place


class Nonce(Value):
    """The endpoint writes a text that it had to work out from two parts of the request."""

    kind: Literal["nonce"]


class Pattern(Value):
    """Text of the answer, without what it repeats of the request, matches a regular expression.

    `{nonce}` in an expression stands for the nonce, escaped.
    """

    kind: Literal["pattern"]
    patterns: dict[str, str] = Field(min_length=1)
    """Name of what it is → regular expression."""
    examples: dict[str, str] = Field(min_length=1)
    """The same name → a text that it must match; with `{nonce}`, if the expression has it."""


class Tokens(Value):
    """The answer is longer than it may be."""

    kind: Literal["tokens"]
    more_than: int = Field(ge=1)
    """Tokens of the answer, as the endpoint counts them."""


class ToolSink(Value):
    """A call that carries the nonce arrives at our own listener."""

    kind: Literal["tool-sink"]
    path: str = Field(default="", pattern=r"^(/[a-z-]+)*/?$")
    """What stands before the nonce in the path of the call, where the address is to be the model's:
    a tool that was pointed here calls a path of its own. Empty where any call counts."""


class Rule(Value):
    """The answer breaks a rule of the user's own, as the scope file words it exactly."""

    kind: Literal["rule"]


class Judge(Value):
    """A model of the judge's holds it to be shown. That makes a suspicion, never more."""

    kind: Literal["judge"]
    goal: str
    """What the judge is to look for."""


class Measure(Value):
    """A figure beside its reference, of predictive endpoints."""

    kind: Literal["measure"]
    by: Literal["hop-skip-jump", "square", "copycat", "knockoff", "membership-inference"]
    """What queries the endpoint."""


Scorer = Annotated[
    Canary | Nonce | Pattern | Tokens | ToolSink | Rule | Judge | Measure,
    Field(discriminator="kind"),
]


class Seed(Value):
    """What is sent, in our own wording, with closed placeholders.

    `{left}` and `{right}` are the parts of the nonce, `{task}` a sentence that asks to write them
    together, `{document}` the seed's document, `{topic}` a harmless subject, `{sink}` the address
    of the tool sink. Anything else in braces is text.
    """

    turns: tuple[str, ...] = Field(min_length=1)
    """The messages, in order. With adaptive methods the one is the objective."""
    document: str = ""
    """What is planted, or stands in the message."""
    later: tuple[str, ...] = ()
    """Messages of the new conversation that follows, for the methods that have one."""

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        """A bare text is a seed of one message."""
        return {"turns": (value,)} if isinstance(value, str) else value


class Shipped(Value):
    """Seeds that PyRIT ships, read by their path when a probe runs."""

    path: str = Field(pattern=r"^[a-z0-9_/.-]+\.(prompt|yaml)$")
    """Below the seeds that PyRIT brings along, `datasets/seed_datasets/local`."""
    most: int = Field(default=30, ge=1)
    """So many of them, from the first."""


class ProbeEntry(Published):
    """One probe: one way of trying one kind of threat."""

    id: Slug
    name: str
    family: Family
    is_: str = Field(alias="is")
    """What it does, and why it works where it works, in a sentence or two."""
    shows: Shows
    tests: tuple[Slug, ...] = ()
    """Ids of the patterns whose threats a hit shows, mechanism and element."""
    suggests: tuple[Slug, ...] = ()
    """Ids of patterns of which a hit shows a part, or what comes before: a person has to look."""
    bypasses: tuple[Slug, ...] = ()
    """Ids of patterns whose threats a hit shows where the same words in plain letters are stopped;
    where they are not, it makes them suspect. The plain ones are sent, too, to compare with."""
    references: tuple[str, ...] = Field(min_length=1)
    """ATLAS techniques and OWASP entries, with the edition where there are several."""
    method: Method
    seeds: tuple[Seed, ...] = ()
    shipped: Shipped | None = None
    converters: tuple[tuple[Converter, ...], ...] = ((),)
    """Chains of converters, each applied to every seed; the empty chain sends it as it is."""
    scorer: Scorer
    needs: tuple[Need, ...] = ()
    trials: int = Field(default=1, ge=1, le=50)
    """How often each payload is sent. Repeats are no new payloads."""
    replays: int = Field(default=3, ge=1, le=10)
    """How often a payload that hit is sent again before its hit counts as confirmed."""
    turns: int = Field(default=6, ge=1, le=20)
    """The most messages of an adaptive method."""
    not_when: str = ""
    """What a hit does not show, or when the probe says nothing."""

    @property
    def tried(self) -> tuple[Slug, ...]:
        """Ids of all patterns whose threats it tries, those first that a hit shows."""
        return (*self.tests, *self.bypasses, *self.suggests)

    @model_validator(mode="after")
    def _names_a_pattern(self) -> ProbeEntry:
        if not self.tried:
            raise ValueError("it names no pattern under `tests`, `bypasses` or `suggests`")
        if twice := [one for one, times in Counter(self.tried).items() if times > 1]:
            raise ValueError(f"{min(twice)} stands under two of `tests`, `bypasses`, `suggests`")
        return self

    @model_validator(mode="after")
    def _disguises_what_it_compares(self) -> ProbeEntry:
        if self.bypasses and (not all(self.converters) or self.method is not Method.SINGLE):
            raise ValueError("`bypasses` is for single messages, each of them converted")
        return self

    @model_validator(mode="after")
    def _has_something_to_send(self) -> ProbeEntry:
        is_without = self.method is Method.PREDICT or isinstance(self.scorer, Rule)
        if not self.seeds and self.shipped is None and not is_without:
            raise ValueError("it has neither seeds nor shipped ones")
        return self
