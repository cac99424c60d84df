"""The knowledge folder of an invented organisation: the one that the documentation shows."""

from __future__ import annotations

import re
from pathlib import Path

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "organisation-knowledge.md"
_FILE = re.compile(r"^`([\w./-]+\.yaml)`\n\n```yaml\n(.*?)^```$", re.M | re.S)

PATTERN = """
- id: {id}
  title: "Something of Acme befalls {{element}}"
  scenario: Someone at Acme does something to {{element}}.
  stride: [tampering]
  kinds: [inference-endpoint]
  stage: operation
  when: {when}
  likelihood: {{access: insider, effort: low, because: anyone can}}
  impact: [{{dimension: money, base: 3, because: it costs}}]
  lowers: [{{control: {control}, effect: prevents}}]
  references: [{reference}]
  not_when: Nobody uses it.
"""


def documented() -> dict[str, str]:
    """Name → content of the files that the documentation shows."""
    return dict(_FILE.findall(DOCUMENTATION.read_text(encoding="utf-8")))


def pattern(
    id_: str = "acme-x",
    when: str = "{reached_by: untrusted}",
    control: str = "AML.M0004",
    reference: str = "CWE-778",
) -> str:
    """A file with one pattern."""
    return PATTERN.format(id=id_, when=when, control=control, reference=reference)


def claim(id_: str = "acme-hardened", **changed: str) -> str:
    """A file with one claim; a field is changed to what is given, as YAML."""
    fields = {
        "name": "It runs on the hardened platform of Acme.",
        "is": "The platform is patched.",
        "said": "[It is on the hardened platform., Acme hardens it.]",
        "cues": "[hardened platform]",
        "states": "[{fact: hardening, fully: benchmarked, partly: patched}]",
        "untouched": "[{patterns: [model-extraction], because: Answers leave it.}]",
        "evidence": "[The last scan]",
        "ask": "[{devops: When?}, {devops: By whom?}, {product: What is left out?}]",
        "false_if": "The scan is old.",
        "references": "[AML.M0016]",
        **changed,
    }
    return f"- id: {id_}\n" + "".join(f"  {key}: {value}\n" for key, value in fields.items())


def probe(id_: str = "acme-asks", **changed: str) -> str:
    """A file with one probe; a field is changed to what is given, as YAML, or left out if empty."""
    fields = {
        "name": "Asks Acme's way",
        "family": "direct-override",
        "is": "It asks as people at Acme do.",
        "shows": "instruction-override",
        "tests": "[direct-prompt-injection]",
        "references": '[AML.T0051.000, "LLM01:2026"]',
        "method": "single",
        "seeds": '["On behalf of Acme: {task}"]',
        "scorer": "{kind: nonce}",
        **changed,
    }
    lines = (f"  {key}: {value}\n" for key, value in fields.items() if value)
    return f"- id: {id_}\n" + "".join(lines)


def written(root: Path, files: dict[str, str], name: str = "Acme Security") -> Path:
    """The folder with these files, and whose it is."""
    for file, text in {"organisation.yaml": f"name: {name}\n", **files}.items():
        path = root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root
