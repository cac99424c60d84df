"""The same small release in both forms. The texts are made up for these tests."""

from __future__ import annotations

FIVE = r"""# This form gets no new content any more.
id: ATLAS
name: A landscape
version: 5.6.0
matrices:
- id: ATLAS
  name: A matrix
  tactics:
  - id: AML.TA0002
    name: Reconnaissance
    description: They look around first.
    object-type: tactic
    ATT&CK-reference: {id: TA0043, url: 'https://attack.mitre.org/tactics/TA0043/'}
    created_date: 2022-01-24
  - id: AML.TA0005
    name: Execution
    description: 'Something of theirs runs.


      It may run in a model as well.'
    object-type: tactic
  techniques:
  - id: AML.T0051
    name: LLM Prompt Injection
    description: |
      Words in a prompt do what no words there should. See
      [Direct](/techniques/AML.T0051.000), or the [story](https://example.org/x).
    object-type: technique
    tactics: [AML.TA0005]
    maturity: realized
  - id: AML.T0051.000
    name: Direct
    description: The words come from whoever talks to the model.
    subtechnique-of: AML.T0051
    maturity: demonstrated
  - id: AML.T0020
    name: Poison Training Data
    description: Some rows of a table are theirs.
    tactics: [AML.TA0002, AML.TA0005]
  mitigations:
  - id: AML.M0020
    name: Generative AI Guardrails
    description: Something looks at what goes in and what comes out.
    techniques:
    - {id: AML.T0051, use: It sees the words.}
    - {id: AML.T0051.000, use: It sees these too.}
    category: [Technical - AI]
case-studies:
- id: AML.CS0000
  name: The talking till
  summary: A till was talked into giving discounts.
  procedure:
  - {tactic: AML.TA0002, technique: AML.T0020, description: Receipts were collected.}
  - {tactic: AML.TA0005, technique: AML.T0051.000, description: The till was told to.}
"""

SIX = r"""format-version: 6.0.0
collection: {id: ATLAS-collection, name: ATLAS, version: '2026.10', object-type: collection}
matrix: {id: ATLAS-matrix, name: ATLAS, object-type: matrix}
tactics:
  AML.TA0005:
    id: AML.TA0005
    uuid: 00000000-0000-5000-8000-000000000001
    name: Execution
    description: "Something of theirs runs.\n\nIt may run in a model as well."
    created-date: '2022-01-24'
    attack-reference: {id: TA0002, url: 'https://attack.mitre.org/tactics/TA0002/'}
    references: []
  AML.TA0002: {id: AML.TA0002, name: Reconnaissance, description: They look around first.}
techniques:
  AML.T0051:
    id: AML.T0051
    name: LLM Prompt Injection
    description: "Words in a prompt do what no words there should. See\n\
      [Direct](/techniques/AML.T0051.000), or the [story](https://example.org/x).\n"
    platforms: [Generative AI, Agentic AI]
    maturity: Realized
  AML.T0051.000:
    id: AML.T0051.000
    name: Direct
    description: The words come from whoever talks to the model.
    platforms: [Generative AI]
    maturity: Demonstrated
  AML.T0020:
    {id: AML.T0020, name: Poison Training Data, description: Some rows of a table are theirs.}
mitigations:
  AML.M0020:
    id: AML.M0020
    name: Generative AI Guardrails
    description: Something looks at what goes in and what comes out.
    lifecycle-phases: [Deployment]
    categories: [Technical - AI]
case-studies:
  AML.CS0000:
    id: AML.CS0000
    name: The talking till
    description: A till was talked into giving discounts.
    type: Exercise
relationships:
  ATLAS-matrix:
    sequences:
    - {source: ATLAS-matrix, target: AML.TA0002, relationship-type: sequences, position: 1}
    - {source: ATLAS-matrix, target: AML.TA0005, relationship-type: sequences, position: 2}
  AML.T0051:
    achieves:
    - {source: AML.T0051, target: AML.TA0005, relationship-type: achieves}
  AML.T0051.000:
    achieves:
    - {source: AML.T0051.000, target: AML.TA0005, relationship-type: achieves}
    specializes:
    - {source: AML.T0051.000, target: AML.T0051, relationship-type: specializes}
  AML.T0020:
    achieves:
    - {source: AML.T0020, target: AML.TA0002, relationship-type: achieves}
    - {source: AML.T0020, target: AML.TA0005, relationship-type: achieves}
  AML.M0020:
    mitigates:
    - {source: AML.M0020, target: AML.T0051, description: It sees the words.}
    - {source: AML.M0020, target: AML.T0051.000, description: It sees these too.}
  AML.CS0000:
    employs:
    - source: AML.CS0000
      target: AML.T0051.000
      tactic: AML.TA0005
      step-id: S01
      leads-to: []
      description: The till was told to.
    - source: AML.CS0000
      target: AML.T0020
      tactic: AML.TA0002
      step-id: S00
      leads-to: [S01]
      description: Receipts were collected.
    foreshadows:
    - {source: AML.CS0000, target: AML.CS0001}
"""

MANIFEST = """
- release: '2026.11'
  release-date: '2026-11-30'
  versions:
  - {format-version: 7.0.0, path: v7/ATLAS-2026.11.yaml}
- release: '2026.10'
  release-date: '2026-10-31'
  versions:
  - {format-version: 5.6.0, path: ATLAS.yaml}
  - {format-version: 6.0.0, path: v6/ATLAS-2026.10.yaml}
- release: '2026.09'
  versions:
  - {format-version: 6.0.0, path: v6/ATLAS-2026.09.yaml}
"""


def five() -> bytes:
    """The file in the 5.x form."""
    return FIVE.encode()


def six() -> bytes:
    """The file in the 6.x form."""
    return SIX.encode()
