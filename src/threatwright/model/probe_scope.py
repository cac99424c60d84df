"""What a probe may touch: which endpoints, until when, who said so, and how much it may spend.

A scope is what consent is given to. It holds no key: only the names of the environment variables
that hold them. Nothing in it is taken for granted, so almost no field has a default.
"""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, BeforeValidator, Field, StringConstraints, model_validator

from threatwright.model.base import Slug, Value
from threatwright.model.endpoint import Price
from threatwright.model.origins import Origin, is_loopback
from threatwright.model.predict_request import Predict
from threatwright.model.probe_request import (
    Authentication,
    OpenAiChat,
    ProbeRequest,
    RawHttp,
    Words,
)

FORMAT: Literal["threatwright-scope/1"] = "threatwright-scope/1"

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:")


def _written_out(value: Any) -> Any:
    """Numbers would be taken for seconds since 1970."""
    if not isinstance(value, datetime) and not _DATE.match(str(value)):
        raise ValueError("write date, time and time zone out: 2026-11-30T09:00:00+01:00")
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_written_out)]
"""A date and time with its time zone."""

Count = Annotated[int, Field(strict=True, ge=1, le=10_000_000)]
Money = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,7}(\.[0-9]{2})? [A-Z]{3}$")]
"""An amount and a currency: `5.00 EUR`."""


class Environment(StrEnum):
    """What an endpoint is there for."""

    TEST = "test"
    STAGING = "staging"
    PRODUCTION = "production"


class Authorisation(Value):
    """Who said yes."""

    who: Words
    role: Words
    """In which role: what makes it theirs to say."""


class ProductRule(Value):
    """A rule of the owner's own that no answer may break, worded so that code can tell."""

    id: Slug
    says: Words
    """The rule in words: "it never promises a refund"."""
    never: tuple[Words, ...] = Field(min_length=1)
    """Regular expressions; an answer that one matches breaks it."""
    ask: tuple[Words, ...] = Field(min_length=1)
    """Messages that tempt it."""
    example: Words | None = None
    """An answer that breaks it. Needed where none can be made up from its expressions."""

    @model_validator(mode="after")
    def _compiles(self) -> ProductRule:
        for pattern in self.never:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"{pattern!r} is no regular expression: {error}") from error
        return self

    @model_validator(mode="after")
    def _example_breaks_it(self) -> ProductRule:
        example = self.example
        if example and not any(re.search(never, example, re.IGNORECASE) for never in self.never):
            raise ValueError("no expression under `never` matches its `example`: correct either")
        return self


class BlockSignals(Value):
    """How the endpoint says that a control stopped a request, besides its finish reason."""

    statuses: tuple[Annotated[int, Field(ge=400, le=599)], ...] = ()
    phrases: tuple[Words, ...] = ()
    """Texts that stand in such an answer alone."""


class SideModel(Value):
    """A model that writes attacks or judges answers: an endpoint of the user's own."""

    origin: Origin
    request: OpenAiChat
    authentication: Authentication | None = None
    price: Price | None = None
    """Without one, its cap of money cannot be held."""


class Endpoint(Value):
    """One endpoint that may be probed: whose it is, and who said so."""

    element: Slug
    """The component of the threat model."""
    answers_for: tuple[Slug, ...] = ()
    """Components that ask it in the drawing, where the endpoint is that of the whole: what they do,
    and what they ask in turn, shows in its answers too."""
    origin: Origin
    environment: Environment
    owner: Words
    """Who owns the endpoint."""
    authorised_by: Authorisation
    belongs_to: Literal["us", "vendor"]
    vendor_permission: Words | None = None
    """Where the vendor permits it, and until when; needed where the endpoint is not ours."""
    authentication: Authentication | None = None

    @model_validator(mode="after")
    def _is_permitted(self) -> Self:
        if self.belongs_to == "vendor" and self.vendor_permission is None:
            raise ValueError("it is a vendor's: say under `vendor_permission` where they permit it")
        return self


class PredictTarget(Endpoint):
    """An endpoint that predicts: rows in, labels or scores out."""

    request: Predict


class ProbeTarget(Endpoint):
    """An endpoint that answers texts."""

    request: ProbeRequest
    price: Price | None = None
    """In the currency of the cap of money, which cannot be held without one."""
    tools_can: tuple[Words, ...] = Field(min_length=1)
    """What its tools do for real if a probe makes the model call them; "nothing" if it has none."""
    document_sink: RawHttp | None = None
    """The request that puts a document where the system reads it, at the same origin."""
    tool_sink: Origin | None = None
    """Where on this machine probes listen for calls of a tool that was pointed there."""
    product_rules: tuple[ProductRule, ...] = ()
    block_signals: BlockSignals = Field(default_factory=BlockSignals)

    @model_validator(mode="after")
    def _listens_here(self) -> ProbeTarget:
        if self.tool_sink is not None and not is_loopback(self.tool_sink):
            raise ValueError("`tool_sink` is an address of this machine: http://127.0.0.1:PORT")
        return self


class Window(Value):
    """When probes may run."""

    begins: Moment
    ends: Moment

    @model_validator(mode="after")
    def _goes_forward(self) -> Window:
        if self.ends <= self.begins:
            raise ValueError("it ends before it begins")
        return self


class Caps(Value):
    """The most that may be spent on one side of a probe."""

    requests: Count
    requests_per_minute: Count
    tokens: Count
    money: Money
    minutes: Count
    """Wall time."""


class Budget(Value):
    """The caps of each side. A side without caps is not used at all."""

    target: Caps
    attacker: Caps | None = None
    """A model that writes attacks."""
    judge: Caps | None = None
    """A model that judges answers."""


class ProbeScope(Value):
    """Everything that a probe is allowed, by people who may allow it."""

    format: Literal["threatwright-scope/1"]
    system: Words
    """The name of the threat model."""
    model: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    """The id of the threat model that it was made for."""
    window: Window
    targets: tuple[ProbeTarget, ...] = ()
    predictive: tuple[PredictTarget, ...] = ()
    """Endpoints that predict."""
    caps: Budget
    attacker: SideModel | None = None
    """The model that writes attacks, where some may be written by one."""
    judge: SideModel | None = None
    """The model that judges answers."""
    forbidden_families: tuple[Slug, ...] = ()
    """Kinds of probe that are not run, whatever the threats."""

    @model_validator(mode="after")
    def _caps_each_side(self) -> ProbeScope:
        for side in ("attacker", "judge"):
            if getattr(self, side) is not None and getattr(self.caps, side) is None:
                raise ValueError(f"the {side} has no caps: say under `caps` what it may spend")
        return self

    @model_validator(mode="after")
    def _names_an_endpoint(self) -> ProbeScope:
        if not self.targets and not self.predictive:
            raise ValueError("it names no endpoint under `targets` or `predictive`")
        return self

    @model_validator(mode="after")
    def _names_each_once(self) -> ProbeScope:
        seen: set[tuple[str, str, str]] = set()
        every: tuple[ProbeTarget | PredictTarget, ...] = (*self.targets, *self.predictive)
        for target in every:
            key = (target.element, target.origin, target.request.path)
            if key in seen:
                raise ValueError(f"the target {target.element} stands there twice")
            seen.add(key)
        return self
