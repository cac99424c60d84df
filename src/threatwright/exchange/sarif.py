"""The threats of a model as SARIF 2.1.0: a rule for each pattern, a result for each threat."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from threatwright.engine.probes.standing import StandingFinding, standing_findings
from threatwright.exchange.file_lines import Lines, ModelFile
from threatwright.exchange.plain import one_line
from threatwright.exchange.sarif_run import (
    LEVELS,
    Data,
    Taxonomies,
    fingerprints,
    location,
    log,
    named,
    severity,
)
from threatwright.model.catalogue import Reference
from threatwright.model.document import ThreatModel
from threatwright.model.findings import Tried
from threatwright.model.knowledge import Knowledge
from threatwright.model.objections import Section
from threatwright.model.patterns import Pattern
from threatwright.model.system import Flow
from threatwright.model.terms import Origin, Status
from threatwright.model.threats import Threat

_OF_NO_PATTERN = {
    Origin.PATTERN: "pattern-not-at-hand",
    Origin.LLM: "suggested-by-language-model",
    Origin.PERSON: "stated-by-person",
    Origin.IMPORT: "imported",
}
_PLACEHOLDER = {"{element}": "a component", "{source}": "its source", "{target}": "its target"}


def write(model: ThreatModel, knowledge: Knowledge, source: ModelFile | None = None) -> str:
    """The log. Without the file of the model, all results are at its beginning."""
    return _Log(model, knowledge, source).text


class _Log:
    def __init__(self, model: ThreatModel, knowledge: Knowledge, source: ModelFile | None) -> None:
        self._model = model
        self._knowledge = knowledge
        self._file = source.name if source else f"{_slug(model.name)}.threatmodel.yaml"
        self._lines = Lines(model, source.text if source else "")
        self._threats = [threat for threat in model.threats if not threat.inherited]
        self._taxonomies = Taxonomies(r for t in self._threats for r in _references(t))
        self._found = standing_findings(model.journal, model.system)
        self._patterns = {pattern.id: pattern for pattern in knowledge.patterns}

    @property
    def text(self) -> str:
        """The log as JSON."""
        by_rule: dict[str, list[Threat]] = {}
        for threat in self._threats:
            by_rule.setdefault(_rule_id(threat), []).append(threat)
        rules = [self._rule(id_, threats) for id_, threats in by_rule.items()]
        index = {id_: n for n, id_ in enumerate(by_rule)}
        results = [self._result(threat, index) for threat in self._threats]
        return log("threats", rules, results, self._taxonomies)

    def _rule(self, id_: str, threats: Sequence[Threat]) -> Data:
        gravest = max(threat.residual for threat in threats)
        strides = dict.fromkeys(s.value for threat in threats for s in threat.stride)
        references = dict.fromkeys(r for threat in threats for r in _references(threat))
        return {
            "id": id_,
            "name": named(id_),
            **self._described(id_, self._patterns.get(id_)),
            "defaultConfiguration": {"level": LEVELS[self._knowledge.risk.level(gravest)]},
            "relationships": [
                {"target": target, "kinds": ["relevant"]}
                for target in self._taxonomies.taxa(list(references))
            ],
            "properties": {
                "security-severity": severity(gravest, self._knowledge.risk),
                "tags": ["security", *(f"stride:{stride}" for stride in strides)],
            },
        }

    def _described(self, id_: str, pattern: Pattern | None) -> Data:
        if pattern is None:
            text = f"Threats that no rule at hand drafts: {id_.replace('-', ' ')}."
            return {"shortDescription": {"text": text}, "fullDescription": {"text": text}}
        help_ = f"It does not apply where this is so: {pattern.not_when}"
        return {
            "shortDescription": {"text": _general(pattern.title)},
            "fullDescription": {"text": _general(pattern.scenario)},
            "help": {"text": one_line(help_)},
        }

    def _result(self, threat: Threat, index: Mapping[str, int]) -> Data:
        rule = _rule_id(threat)
        return {
            "ruleId": rule,
            "ruleIndex": index[rule],
            "level": LEVELS[self._knowledge.risk.level(threat.residual)],
            "message": {"text": self._message(threat)},
            "locations": [self._location(threat)],
            "partialFingerprints": fingerprints(self._model.id, threat.id),
            "rank": threat.residual * 4.0,
            "taxa": self._taxonomies.taxa(_references(threat)),
            "suppressions": suppressions(threat),
            "properties": self._properties(threat),
        }

    def _message(self, threat: Threat) -> str:
        runs = [one.probed.run for one in self._confirmed(threat)]
        shown = f"Confirmed by a probe ({', '.join(runs)}). " if runs else ""
        return one_line(f"{shown}{threat.title}. {threat.scenario}")

    def _confirmed(self, threat: Threat) -> list[StandingFinding]:
        held = self._found.get(threat.id, ())
        return [one for one in held if one.verdict is Tried.CONFIRMED]

    def _location(self, threat: Threat) -> Data:
        element = self._model.system.elements.get(threat.element)
        kind = "resource" if isinstance(element, Flow) else "module"
        where = {
            "name": one_line(self._model.system.name_of(threat.element)),
            "fullyQualifiedName": threat.element,
            "kind": kind,
        }
        line = self._lines.of(Section.THREATS, threat.id)
        return {**location(self._file, line), "logicalLocations": [where]}

    def _properties(self, threat: Threat) -> Data:
        return {
            "security-severity": severity(threat.residual, self._knowledge.risk),
            "threat": threat.id,
            "element": threat.element,
            "stride": [stride.value for stride in threat.stride],
            "stage": threat.stage.value,
            "likelihood": threat.likelihood,
            "impact": threat.impact,
            "risk": threat.risk,
            "residual": threat.residual,
            "confidence": threat.confidence,
            "origin": threat.origin.value,
            "status": threat.status.value,
            **self._probed(threat),
        }

    def _probed(self, threat: Threat) -> Data:
        """What probes found; nothing where it was not tried."""
        found: list[Data] = [
            {
                "verdict": one.verdict.value,
                "run": one.probed.run,
                "because": one_line(one.finding.because),
                **({"lapsed": one_line(one.lapsed)} if one.lapsed else {}),
            }
            for one in self._found.get(threat.id, ())
        ]
        tags = {"tags": ["probe-confirmed"]} if self._confirmed(threat) else {}
        return {"probed": found, **tags} if found else {}


def suppressions(threat: Threat) -> list[Data]:
    """What a reviewer decided. Without a reason the threat is still shown, as under review."""
    if threat.status is Status.PROPOSED:
        return []
    reason = one_line(threat.reason)
    found: Data = {"kind": "external", "status": "accepted" if reason else "underReview"}
    if reason:
        found["justification"] = reason
    found["properties"] = {
        "decision": threat.status.value,
        "owner": one_line(threat.owner),
        **({"until": threat.until.isoformat()} if threat.until else {}),
        **({"due": threat.due.isoformat()} if threat.due else {}),
    }
    return [found]


def _references(threat: Threat) -> list[Reference]:
    """What the harm is in the catalogues, then what leads up to it."""
    techniques = (step.technique for step in threat.attack_path)
    return list(dict.fromkeys((*threat.references, *filter(None, techniques))))


def _rule_id(threat: Threat) -> str:
    return threat.pattern or _OF_NO_PATTERN[threat.origin]


def _general(template: str) -> str:
    """A pattern's text without the names of a system."""
    for placeholder, words in _PLACEHOLDER.items():
        template = template.replace(placeholder, words)
    text = one_line(template)
    return text[:1].upper() + text[1:]


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "model"
