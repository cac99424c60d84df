"""Probes of an organisation stand beside ours, and what does not fit is told with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.knowledge.acme import pattern, probe, written
from threatwright.errors import KnowledgeError
from threatwright.knowledge.accounts.tell import accounts
from threatwright.knowledge.lookup import find
from threatwright.knowledge.organisation import load_with_organisation
from threatwright.model.knowledge import Knowledge

OURS = "system-prompt-asked"
RULE = "{kind: pattern, patterns: {a mark: '%s'}, examples: {a mark: '%s'}}"


def loaded(root: Path, *texts: str) -> Knowledge:
    files = {f"probes/{n}.yaml": text for n, text in enumerate(texts)}
    return load_with_organisation(written(root, files))


def refused(root: Path, *texts: str) -> str:
    with pytest.raises(KnowledgeError) as refusal:
        loaded(root, *texts)
    return refusal.value.problem


def test_a_probe_is_added_and_says_whose_it_is(tmp_path: Path) -> None:
    knowledge = loaded(tmp_path, probe())
    assert knowledge.probe_entries["acme-asks"].publisher == "Acme Security"
    assert knowledge.organisation is not None
    assert knowledge.organisation.adds["probe"] == ("acme-asks",)
    assert knowledge.probe_entries[OURS].publisher == ""


def test_a_probe_of_ours_is_replaced_whole(tmp_path: Path) -> None:
    knowledge = loaded(tmp_path, probe(OURS))
    replaced = knowledge.probe_entries[OURS]
    assert replaced.replaces
    assert [seed.turns for seed in replaced.seeds] == [("On behalf of Acme: {task}",)]


def test_a_page_says_that_a_probe_is_the_organisations(tmp_path: Path) -> None:
    knowledge = loaded(tmp_path, probe())
    [account] = accounts(find("acme-asks", knowledge), knowledge)
    assert account.publisher == "Acme Security"
    assert account.examples == ("On behalf of Acme: {task}",)


def test_a_probe_may_try_a_pattern_of_the_organisations_own(tmp_path: Path) -> None:
    files = {"patterns/p.yaml": pattern("acme-x"), "probes/q.yaml": probe(tests="[acme-x]")}
    knowledge = load_with_organisation(written(tmp_path, files))
    assert knowledge.probe_entries["acme-asks"].tests == ("acme-x",)


def test_our_probes_outlive_a_pattern_that_is_removed(tmp_path: Path) -> None:
    removal = "- {id: system-prompt-leak, disabled: true, because: Elsewhere.}\n"
    knowledge = load_with_organisation(written(tmp_path, {"patterns/r.yaml": removal}))
    assert "system-prompt-leak" in knowledge.probe_entries["jailbreak-persona"].tests
    [account] = accounts(find("jailbreak-persona", knowledge), knowledge)
    assert "system-prompt-leak" not in {use.id for use in account.patterns}


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"tests": "[no-such]"}, "there is no pattern “no-such”"),
        ({"suggests": "[no-such]"}, "there is no pattern “no-such”"),
        (
            {"bypasses": "[no-such]", "converters": "[[rot13]]"},
            "there is no pattern “no-such”",
        ),
        (
            {"suggests": "[direct-prompt-injection]"},
            "stands under two of `tests`, `bypasses`, `suggests`",
        ),
        ({"tests": ""}, "it names no pattern under `tests`, `bypasses` or `suggests`"),
        ({"references": '["LLM99:2026"]'}, "“LLM99:2026” is in no catalogue here"),
        ({"seeds": '["{task} {name}"]'}, "nothing takes the place of {name}"),
        ({"seeds": '["Say it."]'}, "a nonce is looked for: {task}, or {left} and {right}"),
        ({"seeds": '["{left} + {right}"]'}, "the halves of the nonce stand together"),
        ({"seeds": '["{task} at {sink}"]'}, "{sink} goes with the scorer tool-sink"),
        ({"seeds": "[{turns: [a, '{task}']}]"}, "2 messages are not what single sends"),
        ({"seeds": "[{turns: ['{task}'], document: x}]"}, "{document} where it is put"),
        ({"seeds": "[{turns: ['{task}'], later: [x]}]"}, "`later` goes with the method later"),
        ({"method": "later"}, "`later` goes with the method later"),
        ({"method": "plant-then-ask", "needs": "[document-sink]"}, "no document to plant"),
        ({"method": "plant-then-ask"}, "document-sink is missing"),
        ({"method": "crescendo", "converters": "[[base64]]"}, "or converted"),
        ({"converters": "[[], []]"}, "a chain stands there twice"),
        ({"needs": "[tool-sink]"}, "tool-sink is not needed"),
        ({"scorer": "{kind: tool-sink}", "shows": "tool-call"}, "tool-sink is missing"),
        ({"scorer": "{kind: canary, place: record}"}, "a nonce is sent, and not looked for"),
        ({"scorer": "{kind: tokens, more_than: 9}"}, "tokens does not show instruction-override"),
        ({"method": "predict", "needs": "[samples]"}, "rows go with a measure"),
        ({"scorer": RULE % ("(", "x"), "seeds": "[Hello.]"}, "it is no regular expression"),
        ({"scorer": RULE % ("ab", "x"), "seeds": "[Hello.]"}, "its pattern does not match it"),
        (
            {"seeds": "", "shipped": "{path: garak/system_prompt_extraction.prompt}"},
            "there is no nonce to look for",
        ),
        ({"seeds": ""}, "it has neither seeds nor shipped ones"),
        ({"family": "no-such"}, "family"),
        ({"publisher": "Acme"}, "an entry does not say whose it is"),
    ],
    ids=str,
)
def test_a_probe_that_does_not_fit_is_refused_with_its_place(
    tmp_path: Path, changed: dict[str, str], problem: str
) -> None:
    told = refused(tmp_path, probe(**changed))
    assert problem in told
    assert "0.yaml, line " in told


def test_the_same_id_twice_is_told_with_both_places(tmp_path: Path) -> None:
    told = refused(tmp_path, probe(), probe())
    assert "1.yaml, line 1: the probe “acme-asks” is defined twice" in told
    assert "0.yaml, line 1" in told
