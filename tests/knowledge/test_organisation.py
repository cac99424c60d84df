"""An organisation's knowledge laid over ours: what it changes, and whose it is everywhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.knowledge.acme import claim, documented, pattern, written
from threatwright.engine.derive import begin
from threatwright.exchange import markdown
from threatwright.exchange.publisher import changes
from threatwright.knowledge.load import load_knowledge
from threatwright.knowledge.organisation import load_with_organisation
from threatwright.model.document import ThreatModel
from threatwright.model.journal import Source, SourceKind
from threatwright.model.knowledge import Knowledge
from threatwright.model.terms import Level

OURS = load_knowledge()
SHIPPED = next(p for p in OURS.patterns if p.id == "poison-feedback")
TEXT = (
    "Customers call our scoring API over the internet. The scoring API runs a gradient-boosted "
    "model that makes the credit decision. It reads account histories from LedgerOne."
)


def loaded(root: Path, **files: str) -> Knowledge:
    return load_with_organisation(written(root, files))


def drafted(knowledge: Knowledge) -> ThreatModel:
    return begin("Lending", [Source(kind=SourceKind.PROSE, name="a.md", text=TEXT)], knowledge)


@pytest.fixture(scope="module")
def acme(tmp_path_factory: pytest.TempPathFactory) -> Knowledge:
    return load_with_organisation(written(tmp_path_factory.mktemp("acme"), documented()))


# --- what the documentation shows -------------------------------------------------------------


def test_the_documented_example_changes_what_it_says(acme: Knowledge) -> None:
    assert acme.organisation is not None
    assert acme.organisation.name == "Acme Security"
    assert acme.organisation.adds == {
        "pattern": ("acme-unapproved-credit-model",),
        "mitigation": ("acme-model-risk-board",),
        "fact": ("credit_decisions", "model_risk_board"),
        "archetype": ("acme-ledger",),
    }
    assert acme.organisation.overrides == {"risk": ("levels",)}
    assert acme.organisation.removes == {
        "staff-phishing": "Covered by the threat model of the identity team."
    }
    assert changes(acme.organisation) == (
        "adds 1 pattern, 1 mitigation, 2 facts and 1 archetype, "
        "overrides the levels of the risk table, removes 1 pattern"
    )


def test_its_pattern_makes_a_threat_that_says_whose_rule_it_is(acme: Knowledge) -> None:
    threats = {t.pattern: t for t in drafted(acme).threats}
    threat = threats["acme-unapproved-credit-model"]
    assert ("pattern", "rule of Acme Security") in [(e.kind, e.text) for e in threat.evidence]
    assert [(m.id, m.publisher) for m in threat.mitigations] == [
        ("acme-model-risk-board", "Acme Security")
    ]


def test_threats_of_our_patterns_stay_ours(acme: Knowledge) -> None:
    ours = [t for t in drafted(acme).threats if t.pattern != "acme-unapproved-credit-model"]
    assert ours
    assert all(t.evidence[0].text == "rule of the knowledge base" for t in ours)
    assert not [m for t in ours for m in t.mitigations if m.publisher]


def test_a_removed_pattern_is_held_against_nothing(acme: Knowledge) -> None:
    assert "staff-phishing" in {p.id for p in OURS.patterns}
    model = drafted(acme)
    named = {t.pattern for t in model.threats} | {v.pattern for v in model.considered}
    assert "staff-phishing" not in named


def test_its_archetype_proposes_and_says_whose_it_is(acme: Knowledge) -> None:
    ledger = next(c for c in drafted(acme).system.components if c.name == "Core ledger")
    assert ledger.provenance.source == "assumed:acme-ledger of Acme Security"


def test_its_risk_table_rates_and_every_threat_says_so(acme: Knowledge) -> None:
    assert (OURS.risk.level(15), acme.risk.level(15)) == (Level.HIGH, Level.CRITICAL)
    assert acme.risk.effects == OURS.risk.effects
    texts = [[e.text for e in t.evidence] for t in drafted(acme).threats]
    assert all("risk table of Acme Security" in found for found in texts)


def test_the_model_says_whose_knowledge_it_rests_on(acme: Knowledge) -> None:
    assert drafted(acme).derived.organisation == "Acme Security"
    assert drafted(acme).derived.knowledge == acme.digest != OURS.digest
    assert drafted(OURS).derived.organisation == ""


def test_the_report_names_the_folder_and_what_it_changes(acme: Knowledge) -> None:
    assert acme.organisation is not None
    report = markdown.write(drafted(acme), acme)
    assert f"`{acme.organisation.folder}` (`{acme.organisation.digest[:12]}`)" in report
    assert "- `staff-phishing`: Covered by the threat model of the identity team." in report
    assert "Approval by the model risk board (Acme Security) `acme-model-risk-board`" in report
    assert "| Approval by the model risk board (Acme Security) | proposed |" in report
    assert "Ratings follow the risk table of Acme Security." in report
    assert "approves a model before" not in report
    assert "decides about credit? (Acme Security) |" in report


def test_the_report_of_a_model_read_without_the_folder_still_says_whose(acme: Knowledge) -> None:
    report = markdown.write(drafted(acme), OURS)
    assert "It includes the knowledge of Acme Security." in report
    assert "the knowledge of Acme" not in markdown.write(drafted(OURS), acme)


# --- adding and overriding --------------------------------------------------------------------


def test_an_id_of_ours_overrides_the_whole_entry(tmp_path: Path) -> None:
    found = loaded(tmp_path, **{"patterns/a.yaml": pattern("poison-feedback")})
    (theirs,) = [p for p in found.patterns if p.id == "poison-feedback"]
    assert (theirs.provenance, theirs.publisher, theirs.replaces) == (
        "organisation",
        "Acme Security",
        True,
    )
    assert theirs.kinds != SHIPPED.kinds
    assert len(found.patterns) == len(OURS.patterns)
    assert found.organisation is not None
    assert found.organisation.overrides == {"pattern": ("poison-feedback",)}


def test_a_threat_says_that_its_rule_overrides_one(tmp_path: Path) -> None:
    override = pattern("poison-feedback", when="{trust: [semi-trusted, trusted, restricted]}")
    model = drafted(loaded(tmp_path, **{"patterns/a.yaml": override}))
    (threat,) = [t for t in model.threats if t.pattern == "poison-feedback"]
    assert threat.evidence[0].text == "rule of Acme Security, in place of the one that ships"


def test_entries_of_every_kind_override(tmp_path: Path) -> None:
    found = loaded(
        tmp_path,
        **{
            "mitigations/a.yaml": "- {id: AML.M0004, title: Our own limit, description: Less of "
            "it., stage: operation, effort: low, verify: Count.}\n",
            "vocabulary/facts/a.yaml": "- {key: decision_effect, class: stake, on: system, name: X,"
            " question: Which?, why: It counts., role: product, choices: [{value: advisory, label:"
            " A}, {value: operational, label: B}, {value: money, label: C}, {value: "
            "rights-or-safety, label: D}]}\n",
            "archetypes/a.yaml": "{id: detector, title: Ours, description: Ours.}\n",
            "claims/a.yaml": claim("guardrails"),
        },
    )
    assert found.claim_entries["guardrails"].publisher == "Acme Security"
    assert [c.id for c in found.claims] == [c.id for c in OURS.claims]
    assert found.mitigation_entries["AML.M0004"].title == "Our own limit"
    assert found.fact_entries["decision_effect"].name == "X"
    assert next(a for a in found.archetypes if a.id == "detector").publisher == "Acme Security"
    order = [f.key for f in found.facts]
    assert order == [f.key for f in OURS.facts]


def test_a_pattern_that_is_removed_leaves_the_claims_that_speak_of_it(tmp_path: Path) -> None:
    gone = "- {id: model-extraction, disabled: true, because: Covered elsewhere.}\n"
    found = loaded(tmp_path, **{"patterns/a.yaml": gone, "claims/a.yaml": claim()})
    assert found.organisation is not None
    assert found.organisation.adds == {"claim": ("acme-hardened",)}
    assert found.claims[:-1] == OURS.claims


def test_what_is_not_overridden_is_the_same_as_without(tmp_path: Path) -> None:
    found = loaded(tmp_path, **{"patterns/a.yaml": pattern()})
    assert tuple(p for p in found.patterns if not p.publisher) == OURS.patterns
    assert found.claims == OURS.claims
    assert (found.facts, found.mitigations, found.archetypes, found.risk, found.catalogues) == (
        OURS.facts,
        OURS.mitigations,
        OURS.archetypes,
        OURS.risk,
        OURS.catalogues,
    )


def test_without_a_folder_everything_is_ours() -> None:
    assert OURS.organisation is None
    entries = (*OURS.patterns, *OURS.mitigations, *OURS.facts, *OURS.archetypes, OURS.risk)
    assert {e.provenance for e in entries} == {"threatwright"}


# --- the compilation --------------------------------------------------------------------------


def test_a_compilation_with_an_organisation_is_read_back_as_it_was(tmp_path: Path) -> None:
    folder = written(tmp_path / "acme", documented())
    built = load_with_organisation(folder, tmp_path / "cache")
    load_with_organisation.cache_clear()
    assert len([*(tmp_path / "cache").glob("knowledge-*.json")]) == 1
    assert load_with_organisation(folder, tmp_path / "cache") == built
    assert load_with_organisation(folder) == built


def test_a_change_in_the_folder_is_noticed(tmp_path: Path) -> None:
    folder = written(tmp_path / "acme", {"patterns/a.yaml": pattern()})
    before = load_with_organisation(folder, tmp_path / "cache")
    written(folder, {"patterns/a.yaml": pattern("acme-y")})
    load_with_organisation.cache_clear()
    after = load_with_organisation(folder, tmp_path / "cache")
    assert "acme-y" in {p.id for p in after.patterns} - {p.id for p in before.patterns}
    assert after.digest != before.digest


def test_a_change_behind_a_link_is_noticed(tmp_path: Path) -> None:
    elsewhere = written(tmp_path / "elsewhere", {"a.yaml": pattern()})
    folder = written(tmp_path / "acme", {})
    (folder / "patterns").symlink_to(elsewhere)
    (elsewhere / "organisation.yaml").unlink()
    before = load_with_organisation(folder, tmp_path / "cache")
    (elsewhere / "a.yaml").write_text(pattern("acme-y"))
    load_with_organisation.cache_clear()
    after = load_with_organisation(folder, tmp_path / "cache")
    assert "acme-y" in {p.id for p in after.patterns} - {p.id for p in before.patterns}


def test_the_same_content_in_a_folder_of_another_name_has_the_same_digest(tmp_path: Path) -> None:
    files = {"patterns/a.yaml": pattern()}
    one, two = (
        load_with_organisation(written(tmp_path / name, files), tmp_path / "cache")
        for name in ("one", "two")
    )
    assert one.organisation is not None
    assert two.organisation is not None
    assert (one.digest, one.organisation.folder) == (two.digest, "one")
    assert two.organisation.folder == "two"


def test_old_compilations_are_removed_from_the_cache(tmp_path: Path) -> None:
    for n in range(8):
        folder = written(tmp_path / "acme", {"patterns/a.yaml": pattern(f"acme-{n}")})
        load_with_organisation.cache_clear()
        load_with_organisation(folder, tmp_path / "cache")
    assert len([*(tmp_path / "cache").glob("knowledge-*.json")]) == 5
