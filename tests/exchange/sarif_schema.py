"""What SARIF 2.1.0 asks of the properties that our logs use, and of how they refer to one another.

A property that is not named here is an error, so that a misspelt one cannot pass.
"""

from __future__ import annotations

import json
from typing import Any

from jsonschema import Draft202012Validator

Schema = dict[str, Any]


def _object(required: tuple[str, ...] = (), **properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _list(items: Schema, *, unique: bool = False, least: int = 0) -> Schema:
    return {"type": "array", "items": items, "uniqueItems": unique, "minItems": least}


TEXT: Schema = {"type": "string"}
BAG: Schema = {"type": "object", "properties": {"tags": _list(TEXT, unique=True)}}
INDEX: Schema = {"type": "integer", "minimum": -1}
LEVEL: Schema = {"enum": ["none", "note", "warning", "error"]}
GUID: Schema = {
    "type": "string",
    "pattern": "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-5][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-"
    "[0-9a-fA-F]{12}$",
}
MESSAGE = _object(("text",), text=TEXT)
COMPONENT = _object(name=TEXT, guid=GUID, index=INDEX)
DESCRIPTOR = _object(id=TEXT, index=INDEX, toolComponent=COMPONENT)
RELATIONSHIP = _object(("target",), target=DESCRIPTOR, kinds=_list(TEXT, unique=True))
RULE = _object(
    ("id",),
    id=TEXT,
    name=TEXT,
    shortDescription=MESSAGE,
    fullDescription=MESSAGE,
    help=MESSAGE,
    defaultConfiguration=_object(level=LEVEL),
    relationships=_list(RELATIONSHIP, unique=True),
    properties=BAG,
)
DRIVER = _object(
    ("name",),
    name=TEXT,
    semanticVersion=TEXT,
    rules=_list(RULE, unique=True),
    supportedTaxonomies=_list(COMPONENT, unique=True),
)
TAXONOMY = _object(
    ("name",),
    name=TEXT,
    guid=GUID,
    version=TEXT,
    organization=TEXT,
    informationUri={"type": "string", "pattern": "^https://"},
    shortDescription=MESSAGE,
    isComprehensive={"type": "boolean"},
    taxa=_list(_object(("id",), id=TEXT, name=TEXT), unique=True),
)
LOCATION = _object(
    physicalLocation=_object(
        artifactLocation=_object(uri={"type": "string", "pattern": r"^[^\s\\]+$"}),
        region=_object(startLine={"type": "integer", "minimum": 1}),
    ),
    logicalLocations=_list(_object(name=TEXT, fullyQualifiedName=TEXT, kind=TEXT), unique=True),
)
SUPPRESSION = _object(
    ("kind",),
    kind={"enum": ["inSource", "external"]},
    status={"enum": ["accepted", "underReview", "rejected"]},
    justification=TEXT,
    properties=BAG,
)
RESULT = _object(
    ("message",),
    ruleId=TEXT,
    ruleIndex=INDEX,
    kind={"enum": ["notApplicable", "pass", "fail", "review", "open", "informational"]},
    level=LEVEL,
    message=MESSAGE,
    locations=_list(LOCATION),
    partialFingerprints={"type": "object", "additionalProperties": TEXT},
    rank={"type": "number", "minimum": -1, "maximum": 100},
    taxa=_list(DESCRIPTOR, unique=True),
    suppressions=_list(SUPPRESSION, unique=True),
    baselineState={"enum": ["new", "unchanged", "updated", "absent"]},
    properties=BAG,
)
NOTIFICATION = _object(("message",), message=MESSAGE, level=LEVEL)
INVOCATION = _object(
    ("executionSuccessful",),
    executionSuccessful={"type": "boolean"},
    toolExecutionNotifications=_list(NOTIFICATION),
)
RUN = _object(
    ("tool",),
    tool=_object(("driver",), driver=DRIVER),
    automationDetails=_object(id=TEXT),
    invocations=_list(INVOCATION),
    taxonomies=_list(TAXONOMY, unique=True),
    results=_list(RESULT),
)
LOG = _object(
    ("version", "runs"),
    **{"$schema": {"type": "string", "pattern": "^https://"}},
    version={"enum": ["2.1.0"]},
    runs=_list(RUN, least=1),
)


def read(text: str) -> Schema:
    """The run of a log, once it has been found valid."""
    log = json.loads(text)
    Draft202012Validator(LOG).validate(log)
    run: Schema = log["runs"][0]
    _check_references(run)
    return run


def _check_references(run: Schema) -> None:
    """What the schema cannot say: every index leads to what is named beside it."""
    rules = run["tool"]["driver"]["rules"]
    taxonomies = run["taxonomies"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    results = run["results"]
    assert len({("baselineState" in result) for result in results}) <= 1
    for result in results:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert "suppressions" in result, "one result with suppressions wants them on all"
    cited = [taxon for result in results for taxon in result["taxa"]]
    cited += [r["target"] for rule in rules for r in rule.get("relationships", ())]
    for taxon in cited:
        component = taxon["toolComponent"]
        taxonomy = taxonomies[component["index"]]
        assert (taxonomy["name"], taxonomy["guid"]) == (component["name"], component["guid"])
        assert taxonomy["taxa"][taxon["index"]]["id"] == taxon["id"]
