"""A session that needs no engine: a small support assistant, six questions, eight threats."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.engine.small import knowledge
from threatwright.engine.decisions.rewording import as_it_reads
from threatwright.engine.interview.preview import weighed
from threatwright.engine.probes.entries import entry_of
from threatwright.engine.record.speaker import Speaker, head_of
from threatwright.engine.roadmap.target import targets
from threatwright.engine.said.ready import refuse_unready
from threatwright.errors import InputError, ThreatwrightError
from threatwright.model.catalogue import ListName, Reference
from threatwright.model.document import ThreatModel
from threatwright.model.facts import Claim, Fact, Provenance, assumed
from threatwright.model.interview import CONFIRMED, Progress, Question, Rest
from threatwright.model.journal import (
    Added,
    Answered,
    Confirmed,
    Decided,
    Edited,
    JournalEntry,
    Mitigated,
    Removed,
    Renamed,
    Retracted,
    Skipped,
    Told,
    Unknown,
    standing,
)
from threatwright.model.preview import Change, Moved, Named
from threatwright.model.said import Agree, Edit, Find, Mitigate, RuleOn, Together
from threatwright.model.system import Asset, Boundary, Component, Flow, SystemModel
from threatwright.model.terms import (
    ComponentKind,
    Coverage,
    Depth,
    Effect,
    Level,
    MitigationStatus,
    Movement,
    Origin,
    Outcome,
    Role,
    Sensitivity,
    Stage,
    Stride,
    TrustLevel,
)
from threatwright.model.threats import (
    AppliedMitigation,
    CoverageCell,
    Evidence,
    Step,
    Threat,
    Verdict,
)
from threatwright.model.vocabulary import Choice
from threatwright.tui.app import ThreatwrightApp
from threatwright.tui.contract import Core, Format, FromFile, NewModel, Opened, Opening, Sample
from threatwright.workflow.events import (
    Answer,
    Asked,
    Correct,
    Decide,
    DepthSet,
    DontKnow,
    Drafted,
    Event,
    Finished,
    Preview,
    Previewed,
    Refused,
    Resume,
    Reviewed,
    Revise,
    Said,
    SetDepth,
    Skip,
    Stop,
    Taken,
    Tell,
    Understood,
    Undo,
    Undone,
)

HOSTILE = "[/admin] [red]x[/] \x1b[31mred\x1b[0m \x07 a\u202eb [link='x'] $x {y} \ud800"
"""Markup that does not close, escapes, a bell, a change of writing direction, a lone surrogate."""


def said(where: str, quote: str = "") -> Provenance:
    return Provenance(source=where, quote=quote)


DOC = "document:description.md"

BOUNDARIES = (
    Boundary(id="internet", name="Internet", trust=TrustLevel.UNTRUSTED, provenance=said(DOC)),
    Boundary(
        id="vendor", name="OpenAI", trust=TrustLevel.SEMI_TRUSTED, provenance=said(f"{DOC}:4")
    ),
    Boundary(id="cloud", name="Our Azure", trust=TrustLevel.TRUSTED, provenance=said(f"{DOC}:3")),
)


def component(element: str, name: str, kind: ComponentKind, zone: str, **facts: Fact) -> Component:
    return Component(
        id=element,
        name=name,
        kind=kind,
        boundary=zone,
        facts=facts,
        provenance=said(f"{DOC}:3", name),
    )


def stated(value: str, quote: str) -> Fact:
    return Fact(value=value, provenance=said(f"{DOC}:5", quote))


COMPONENTS = (
    component("visitor", "Customers", ComponentKind.PERSON, "internet"),
    component(
        "chat-service",
        "Chat service",
        ComponentKind.SERVICE,
        "cloud",
        exposure=stated("public", "on the help page there is a chat box"),
        rate_limit=Fact(value=None, provenance=said("answer:2")),
        output_handling=Fact(value="html", provenance=assumed("rag-assistant")),
    ),
    component(
        "passages",
        "pgvector passages",
        ComponentKind.VECTOR_STORE,
        "cloud",
        authors=Fact(
            value="staff",
            provenance=said(f"{DOC}:9", "support staff write articles"),
            against=(Claim(value="outsiders", provenance=said("answer:3", "dealers edit too")),),
        ),
    ),
    component("index-job", "Nightly index job", ComponentKind.JOB, "cloud"),
    component(
        "gpt", "GPT model", ComponentKind.LLM, "vendor", tools=stated("no", "cannot call anything")
    ),
    Component(
        id="system-prompt",
        name="Fixed instructions",
        kind=ComponentKind.PROMPT_TEMPLATE,
        boundary="cloud",
        provenance=assumed("rag-assistant"),
    ),
)

FLOWS = tuple(
    Flow(
        id=f"{source}-{target}",
        source=source,
        target=target,
        carries=carries,
        movement=movement,
        provenance=said(f"{DOC}:4"),
    )
    for source, target, carries, movement in (
        ("visitor", "chat-service", "questions and answers", Movement.CALL),
        ("chat-service", "passages", "the eight closest passages", Movement.READ),
        ("chat-service", "gpt", "prompt with passages and tickets", Movement.CALL),
        ("index-job", "passages", "new articles and closed tickets", Movement.SEND),
    )
)

SYSTEM = SystemModel(
    name="Ask Fern",
    purpose="Answers customers' questions from articles and closed tickets.",
    facts={"trains_models": stated("no", "we use the model as it comes")},
    boundaries=BOUNDARIES,
    components=COMPONENTS,
    flows=FLOWS,
    assets=(
        Asset(
            id="tickets",
            name="Closed tickets",
            sensitivity=Sensitivity.PERSONAL,
            held_by=("passages",),
            provenance=said(f"{DOC}:2", "tickets our support people have closed"),
        ),
    ),
)


def question(
    element: str, key: str, text: str, why: str, *labels: str, proposed: str | None = None
) -> Question:
    return Question(
        id=f"{element}.{key}",
        element=element,
        element_name=SYSTEM.name_of(element),
        fact=key,
        text=text,
        why=why,
        decides=(
            "Instructions hidden in a ticket steer the GPT model",
            "Customers’ personal data comes out of closed tickets",
            "Chats run up the vendor’s bill",
            "The fixed instructions leak",
        ),
        choices=tuple(
            Choice(value=label.split()[0].lower().strip(","), label=label) for label in labels
        ),
        proposed=proposed,
        role=Role.ML_ENGINEERING,
        value=1.0,
    )


QUESTIONS = (
    question(
        "chat-service",
        "authentication",
        "Who can use Chat service: anyone, or only people who signed in?",
        "It decides who can send it crafted input, and whether misuse can be traced to anybody.",
        "Anyone, without an account",
        "Signed-in customers only",
        "Staff only",
        proposed="anyone",
    ),
    question(
        "passages",
        "outside_text",
        "Can text that outsiders wrote end up in pgvector passages?",
        "What is retrieved is read by the model as if it were ours: whoever writes it can steer.",
        "Yes, some of it",
        "No, only what staff wrote",
        proposed="yes",
    ),
    question(
        "chat-service",
        "rate_limit",
        "Is there a limit on how much one visitor may ask of Chat service?",
        "Without one, a script can use up the quota or the budget.",
        "None",
        "Per visitor",
        "Per account and in total",
    ),
    question(
        "gpt",
        "output_handling",
        "What happens with the GPT model’s answer before it is shown?",
        "An answer that is rendered can carry links and pictures that leak the conversation.",
        "Shown as plain text",
        "Rendered as HTML or Markdown",
        "Filtered, then rendered",
        proposed="rendered",
    ),
)


def reference(catalogue: ListName, edition: str, entry: str, name: str) -> Reference:
    return Reference(list=catalogue, edition=edition, id=entry, name=name)


INJECTION = reference(ListName.ATLAS, "2026.09", "AML.T0051.001", "LLM Prompt Injection: Indirect")
LLM01 = reference(ListName.OWASP_LLM, "2025", "LLM01", "Prompt Injection")


def level(risk: int) -> Level:
    if risk >= 20:
        return Level.CRITICAL
    return Level.HIGH if risk >= 12 else Level.MEDIUM if risk >= 6 else Level.LOW


def threat(
    pattern: str,
    element: str,
    title: str,
    likelihood: int,
    impact: int,
    *stride: Stride,
    residual: tuple[int, int] | None = None,
    **more: Any,
) -> Threat:
    left = residual or (likelihood, impact)
    return Threat(
        id=f"T-{pattern}@{element}",
        pattern=pattern,
        element=element,
        stride=stride,
        title=title,
        scenario=f"{title}. Someone outside sends text that the system takes for its own, "
        "and what follows reaches people who trust the answer.",
        stage=Stage.OPERATION,
        likelihood=likelihood,
        likelihood_reasons=("Black-box access with little effort.", "Anyone can send text."),
        impact=impact,
        impact_reasons=("Personal data of customers is held by pgvector passages.",),
        risk=likelihood * impact,
        level=level(likelihood * impact),
        residual=left[0] * left[1],
        residual_likelihood=left[0],
        residual_impact=left[1],
        residual_reasons=("Retrieval is limited to published articles (partial).",)
        if residual
        else (),
        confidence=more.pop("confidence", 0.8),
        references=more.pop("references", (INJECTION, LLM01)),
        mitigations=(
            AppliedMitigation(
                id="AML.M0020",
                title="Generative AI Guardrails",
                status=MitigationStatus.PROPOSED,
                effect=Effect.HINDERS,
                coverage=Coverage.UNKNOWN,
                at=(element,),
            ),
            AppliedMitigation(
                id="review-sources",
                title="Review what is indexed",
                status=MitigationStatus.IN_PLACE,
                effect=Effect.PREVENTS,
                coverage=Coverage.PARTIAL,
                at=("passages",),
            ),
        ),
        attack_path=(
            Step(element="visitor", name="Customers", text="writes a ticket with instructions"),
            Step(
                element="passages",
                name="pgvector passages",
                via="index-job-passages",
                text="the nightly job indexes it",
            ),
            Step(
                element=element,
                name=SYSTEM.name_of(element),
                via="chat-service-gpt",
                text="retrieved as context, it is followed",
            ),
        ),
        evidence=(
            Evidence(kind="document", ref=f"{DOC}:2", text="tickets are answered from"),
            Evidence(kind="pattern", ref=pattern, text="held against this element"),
        ),
        not_when="Only text that staff wrote and reviewed is ever indexed.",
        origin=Origin.PATTERN,
        **more,
    )


T, D, E, S, R = (
    Stride.TAMPERING,
    Stride.INFORMATION_DISCLOSURE,
    Stride.ELEVATION_OF_PRIVILEGE,
    Stride.SPOOFING,
    Stride.REPUDIATION,
)
THREATS = (
    threat(
        "indirect-injection",
        "gpt",
        "Instructions hidden in a ticket steer the GPT model",
        5,
        4,
        T,
        E,
        residual=(4, 4),
        assumptions=("Text that outsiders wrote ends up in pgvector passages.",),
    ),
    threat(
        "retrieval-leak",
        "passages",
        "Customers’ personal data comes out of closed tickets",
        4,
        4,
        D,
    ),
    threat(
        "cost-harvesting",
        "chat-service",
        "Masses of questions run up the vendor’s bill",
        4,
        3,
        Stride.DENIAL_OF_SERVICE,
        references=(),
    ),
    threat("poisoned-index", "passages", "False articles are planted in the index", 3, 4, T),
    threat(
        "unsafe-output",
        "chat-service",
        "Rendered answers leak the conversation through pictures",
        3,
        3,
        D,
        T,
        residual=(2, 3),
    ),
    threat("prompt-leak", "system-prompt", "The fixed instructions are repeated back", 4, 2, D),
    threat("no-audit", "chat-service", "No record shows which passages led to an answer", 2, 2, R),
    threat("forged-service", "gpt", "A look-alike endpoint poses as the vendor", 1, 4, S),
)

VERDICTS = (
    Verdict(
        pattern="tool-misuse",
        element="gpt",
        outcome=Outcome.NOT_APPLICABLE,
        support=("fact:gpt.tools",),
        because="The GPT model cannot call tools: “cannot call anything”.",
    ),
    Verdict(
        pattern="memory-poisoning",
        element="gpt",
        outcome=Outcome.NOT_ASSESSED,
        unknown=("GPT model: keeps memory across conversations",),
        because="Nobody said whether conversations are remembered.",
    ),
)


def base_model(name: str = "Ask Fern") -> ThreatModel:
    return ThreatModel(
        id="00000000-0000-5000-8000-000000000001",
        name=name,
        system=SYSTEM.model_copy(update={"name": name}),
        threats=THREATS,
        considered=VERDICTS,
    )


CHANGE = Change(
    appearing=(weighed(THREATS[0]),),
    moving=(Moved(before=weighed(THREATS[1]), after=weighed(THREATS[2])),),
    retiring=(Named(id="gpt.tools", name="Tools of GPT model"),),
)
"""What any input would change, if one asks."""


class FakeSession:
    """Keeps the promises of a session: one generator at a time, run to its end, and closed."""

    def __init__(
        self,
        path: Path,
        model: ThreatModel | None = None,
        questions: Iterable[Question] = QUESTIONS,
        *,
        delay: float = 0.0,
        fail_on: type[Said] | None = None,
        is_cut: bool = False,
    ) -> None:
        self._is_cut = is_cut
        self.depth = Depth.STANDARD
        self._base = model or base_model()
        self.model = self._base
        self.path = path
        self._questions = tuple(questions)
        self._delay = delay
        self._fail_on = fail_on
        self._in_review = not self._questions
        self._running = False
        self.said: list[Said] = []
        self._before: dict[int, ThreatModel] = {}
        """The model as it was before each entry."""
        self.closed = False

    @property
    def question(self) -> Question | None:
        if self._in_review:
            return None
        done = {
            e.question
            for e in standing(self.model.journal)
            if isinstance(e, Answered | Unknown | Skipped)
        }
        if any(isinstance(e, Confirmed) for e in standing(self.model.journal)):
            done.add(CONFIRMED)
        return next((q for q in self._questions if q.id not in done), None)

    @property
    def progress(self) -> Progress:
        answered = sum(isinstance(e, Answered) for e in standing(self.model.journal))
        left = 0 if self.question is None else len(self._questions) - answered
        return Progress(
            answered=answered,
            open=left,
            coverage=min(1.0, 0.31 + 0.14 * answered),
            depth=self.depth,
        )

    async def start(self) -> AsyncIterator[Event]:
        async for event in self._guarded(self._started()):
            yield event

    async def send(self, said: Said) -> AsyncIterator[Event]:
        self.said.append(said)
        if self._fail_on is not None and isinstance(said, self._fail_on):
            raise ThreatwrightError("The language model gave no reply [/x].", "Try again later.")
        async for event in self._guarded(self._taken(said)):
            yield event

    def halt(self) -> None:
        """It waits for nobody."""

    async def _guarded(self, events: AsyncIterator[Event]) -> AsyncIterator[Event]:
        assert not self._running, "a generator was not run to its end"
        self._running = True
        await asyncio.sleep(self._delay)
        async for event in events:
            yield event
        self._running = False

    async def _started(self) -> AsyncIterator[Event]:
        if not self.model.journal:
            yield Understood(
                taken=(
                    Taken(
                        what="Service “Chat service”",
                        quote="the chat service is a small Python app on Azure",
                        source=f"{DOC}:3",
                    ),
                    Taken(
                        what="Vector store “pgvector passages”",
                        quote="a Postgres database with pgvector",
                        source=f"{DOC}:4",
                    ),
                    Taken(
                        what="Tools of GPT model: none",
                        quote="the model itself cannot call anything",
                        source=f"{DOC}:6",
                    ),
                ),
                note="A retrieval assistant was recognised; six proposals are marked ~.",
            )
        yield self._wait()

    def _wait(self) -> Event:
        if (asked := self.question) is not None:
            return Asked(question=asked, progress=self.progress)
        self._in_review = True
        levels = Counter(t.level.value for t in self.model.threats)
        return Drafted(
            threats=len(self.model.threats),
            by_level=dict(levels),
            open_questions=7,
            rest=Rest(worth=7, little=3, best="Who else?", depth=self.depth, is_cut=self._is_cut),
        )

    def _record(self, entry_type: type[Any], /, **values: Any) -> None:
        entry: JournalEntry = entry_type(n=len(self.model.journal) + 1, **values)
        self._before[entry.n] = self.model
        self.model = self.model.model_copy(update={"journal": (*self.model.journal, entry)})

    async def _taken(self, said: Said) -> AsyncIterator[Event]:
        match said:
            case Answer():
                yield self._answer(said)
            case DontKnow() | Skip():
                put_off = Unknown if isinstance(said, DontKnow) else Skipped
                self._record(put_off, question=self.question.id if self.question else "")
            case Tell(text=text):
                self._record(Told, text=text)
                yield Understood(note="Nothing new was understood in that.")
            case Undo(steps=steps, entry=entry):
                yield self._undo(steps, entry)
            case Correct(remove=remove, rename=rename, name=name, add=add, boundary=boundary):
                self._correct(remove, rename, name, add, boundary)
            case Decide() | Together() | Edit() | Mitigate():
                for event in self._reviewed(said):
                    yield event
            case Revise(question=question, value=value, text=text):
                earlier = tuple(e.n for e in self.model.journal if isinstance(e, Answered))
                self._record(Answered, question=question, value=value, text=text, instead=earlier)
                yield Understood(note="In the place of what was said.")
            case Agree() | Find() | RuleOn():
                probed = entry_of(said, self.model, head_of(self.model, NOW))
                self.model = self.model.model_copy(
                    update={"journal": (*self.model.journal, probed)}
                )
                yield Understood(note="Noted.")
            case Preview(said=tried):
                yield Previewed(said=tried, change=CHANGE)
            case _:
                for event in self._gone_on(said):
                    yield event
        yield self._wait()

    def _gone_on(self, said: Said) -> Iterator[Event]:
        match said:
            case SetDepth(depth=depth):
                self.depth, self._in_review = depth, False
                yield DepthSet(depth=depth, open=5)
            case Resume():
                self._in_review = False
            case Stop():
                if self._in_review:
                    yield Finished(file=str(self.path))
                self._in_review = True

    def _reviewed(self, said: Decide | Together | Edit | Mitigate) -> Iterator[Event]:
        match said:
            case Decide():
                yield self._decide(said)
            case Together(said=several):
                first = len(self.model.journal) + 1
                for one in several:
                    if isinstance(one, Decide):
                        yield self._decide(one, first)
            case Edit(threat=threat_id, title=title):
                proposed = as_it_reads(next(t for t in self.model.threats if t.id == threat_id))
                self._record(Edited, threat=threat_id, title=title)
                self._threat(threat_id, title=title or proposed.title, proposed=proposed)
                yield Understood(note="Noted.")
            case Mitigate():
                self._mitigate(said)
                yield Understood(note="Noted.")

    def _answer(self, said: Answer) -> Event:
        asked, words = self.question, said.value or said.text
        assert asked is not None
        if asked.id == CONFIRMED and said.default:
            self._record(Confirmed)
            return Understood()
        self._record(
            Answered, question=asked.id, value=said.value, text=said.text, default=said.default
        )
        self._settle(asked, words)
        what = f"{asked.element_name}: {asked.fact} is {words}"
        source = f"answer:{len(self.model.journal)}"
        return Understood(taken=(Taken(what=what, quote=said.text, source=source),))

    def _undo(self, steps: int, entry: int | None) -> Event:
        entries = standing(self.model.journal)[-steps:]
        if entry is not None:
            entries = tuple(e for e in standing(self.model.journal) if e.n == entry)
        if not entries:
            return Refused(problem="There is nothing to take back.", fix="Answer first.")
        firsts = {gone.first for gone in entries if gone.first}
        entries += tuple(
            e for e in standing(self.model.journal) if e.n in firsts or e.first in firsts
        )
        entries = tuple(dict.fromkeys(entries))
        before = self._before.get(min(gone.n for gone in entries), self.model)
        self.model = self.model.model_copy(
            update={"threats": before.threats, "system": before.system}
        )
        for gone in entries:
            self._record(Retracted, entry=gone.n)
        self._in_review = False
        return Undone(entries=tuple(e.n for e in entries), note="Taken back.")

    def _settle(self, asked: Question, value: str) -> None:
        fact = Fact(value=value, provenance=said(f"answer:{len(self.model.journal)}", value))
        system = self.model.system
        components = tuple(
            c.model_copy(update={"facts": {**c.facts, asked.fact: fact}})
            if c.id == asked.element
            else c
            for c in system.components
        )
        self._system(components=components)

    def _system(self, **update: Any) -> None:
        # A copy would keep what the old system cached about its elements.
        fields = {name: getattr(self.model.system, name) for name in SystemModel.model_fields}
        self.model = self.model.model_copy(update={"system": SystemModel(**(fields | update))})

    def _correct(
        self,
        remove: str | None,
        rename: str | None,
        name: str,
        add: ComponentKind | None,
        boundary: str,
    ) -> None:
        system = self.model.system
        if remove:
            self._record(Removed, element=remove)
            self._system(
                components=tuple(c for c in system.components if c.id != remove),
                flows=tuple(f for f in system.flows if remove not in (f.id, f.source, f.target)),
            )
        elif rename:
            self._record(Renamed, element=rename, name=name)
            self._system(
                components=tuple(
                    c.model_copy(update={"name": name}) if c.id == rename else c
                    for c in system.components
                )
            )
        elif add:
            self._record(Added, id="added", name=name, kind=add, boundary=boundary)
            self._system(components=(*system.components, component("added", name, add, boundary)))

    def _decide(self, said: Decide, first: int | None = None) -> Event:
        fields = said.model_dump(exclude={"type", "threat"})
        is_first = first == len(self.model.journal) + 1
        self._record(Decided, threat=said.threat, first=None if is_first else first, **fields)
        self._threat(said.threat, **fields)
        stale = tuple(one for one in self.model.stale if one.threat != said.threat)
        self.model = self.model.model_copy(update={"stale": stale})
        return Reviewed(threat=said.threat, status=said.status)

    def _mitigate(self, said: Mitigate) -> None:
        fields = said.model_dump(exclude={"type", "threats"})
        self._record(Mitigated, threat_ids=said.threats, **fields)
        update = {key: fields[key] for key in ("status", "reason", "owner", "due")}
        for threat in self.model.threats:
            if threat.id in said.threats:
                changed = tuple(
                    m.model_copy(update=update) if m.id == said.mitigation else m
                    for m in threat.mitigations
                )
                self._threat(threat.id, mitigations=changed)

    def _threat(self, id_: str, **fields: Any) -> None:
        threats = tuple(
            t.model_copy(update=fields) if t.id == id_ else t for t in self.model.threats
        )
        self.model = self.model.model_copy(update={"threats": threats})


class FakeOpener:
    """Opens fake sessions, and remembers the last one."""

    def __init__(
        self,
        folder: Path,
        *,
        model: ThreatModel | None = None,
        questions: Iterable[Question] = QUESTIONS,
        delay: float = 0.0,
        fail_on: type[Said] | None = None,
        is_cut: bool = False,
        close_error: ThreatwrightError | None = None,
    ) -> None:
        self._folder, self._model, self._questions = folder, model, questions
        self._delay, self._fail_on, self._close_error = delay, fail_on, close_error
        self._is_cut = is_cut
        self.openings: list[Opening] = []
        self.sessions: list[FakeSession] = []

    @property
    def session(self) -> FakeSession:
        return self.sessions[-1]

    @asynccontextmanager
    async def __call__(self, opening: Opening) -> AsyncIterator[Opened]:
        self.openings.append(opening)
        if isinstance(opening, FromFile) and "missing" in opening.path.name:
            raise InputError(f"{opening.path.name} does not exist.", "Check the path [/bold].")
        model = self._model
        if isinstance(opening, NewModel):
            model = base_model(opening.name)
        session = FakeSession(
            self._folder / "ask-fern.threatmodel.yaml",
            model,
            self._questions,
            delay=self._delay,
            fail_on=self._fail_on,
            is_cut=self._is_cut,
        )
        self.sessions.append(session)
        try:
            yield Opened(session)
        finally:
            await asyncio.sleep(self._delay)
            session.closed = True
            if self._close_error is not None:
                raise self._close_error


def report(model: ThreatModel) -> str:
    rows = "\n".join(f"| {t.risk} {t.level} | {t.title} | {t.id} |" for t in model.threats)
    return (
        f"# Threat model: {model.name}\n\n{model.system.purpose}\n\n## Threats\n\n"
        f"| Risk | Threat | Id |\n| --- | --- | --- |\n{rows}\n"
    )


def coverage(model: ThreatModel) -> tuple[CoverageCell, ...]:
    return tuple(
        CoverageCell(
            element=c.id,
            stride=stride,
            outcome=Outcome.APPLIES if found else Outcome.NOT_ASSESSED,
            threats=found,
        )
        for c in model.system.components
        for stride in Stride
        for found in (
            tuple(t.id for t in model.threats if t.element == c.id and stride in t.stride),
        )
    )


KNOWLEDGE = knowledge()
NOW = Speaker(at="2026-11-27T12:00:00Z")


def fake_core() -> Core:
    return Core(
        formats=(
            Format("Markdown", ".md", report),
            Format("JSON", ".json", lambda model: model.model_dump_json(indent=2)),
        ),
        report=report,
        coverage=coverage,
        open_questions=lambda model: 4,
        question=lambda model, id_: next(q for q in QUESTIONS if q.id == id_),
        check=lambda said, model: refuse_unready(said, model, KNOWLEDGE, NOW),
        targets=lambda model: targets(model, KNOWLEDGE),
    )


SAMPLES = (
    Sample("support-rag", "A support assistant that answers from articles and tickets"),
    Sample("mlops-platform", "Training, registry and serving of a fraud model"),
    Sample("ops-agent", "An agent that restarts services through tools"),
)


def fake_app(folder: Path, opener: FakeOpener | None = None, **more: Any) -> ThreatwrightApp:
    more.setdefault("samples", SAMPLES)
    more.setdefault("load_core", fake_core)
    more.setdefault("open_session", opener or FakeOpener(folder))
    return ThreatwrightApp(models_in=folder, **more)


if __name__ == "__main__":
    import sys
    import tempfile

    where = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp())
    fake_app(where, FakeOpener(where, delay=0.05)).run()
