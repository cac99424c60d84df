"""What the words of a whole description say, where no sentence of it does."""

from __future__ import annotations

import pytest

from threatwright.engine.reading.described import LENGTH, Described
from threatwright.engine.reading.prose import read
from threatwright.engine.text.sentences import parse
from threatwright.knowledge.load import load_knowledge
from threatwright.model.reading import SaidFact
from threatwright.model.vocabulary import DescribedGate

KNOWLEDGE = load_knowledge()
CHAT = (
    "Readers of our gardening magazine put a question in a chat window on the subscription page, "
    "and Flora answers in two or three lines. The prompt tells it to stay with plants, to be "
    "polite, and to send people with sick pets to a vet. A firm in Lyon hosts what writes them, "
    "and bills us by the word. It drafts the captions of our calendar too. A gardener "
    "on our staff reads some of what the model wrote on Mondays. It makes up Latin names. "
    "A classifier of ours had sorted the questions by plant before."
)


def described(text: str, key: str) -> list[SaidFact]:
    reading = read(text, "document:x", KNOWLEDGE)
    return [fact for fact in reading.facts if fact.key == key]


def test_words_make_a_gate_likely_that_no_sentence_opens() -> None:
    gate = DescribedGate(before=-1.0, words={"alpha": 1.5, "beta": 0.6, "gamma": -3.0})
    judge = Described({"llm": gate})
    filler = " ".join(f"word{n}" for n in range(LENGTH))

    def opened(words: str) -> tuple[str, ...]:
        sentence = parse(f"{filler} {words}.").sentences[0]
        return judge.open_gates(sentence.tokens)

    assert opened("alpha beta") == ("llm",)
    assert opened("beta beta beta") == ()
    assert opened("alpha beta gamma") == ()


def test_of_a_short_text_nothing_is_said() -> None:
    judge = Described({"llm": DescribedGate(before=5.0, words={})})
    assert judge.open_gates(parse("It scores loans.").sentences[0].tokens) == ()


def test_what_is_likely_is_in_doubt_and_quotes_a_sentence() -> None:
    found = described(CHAT, "llm")
    assert [(fact.value, fact.hedged) for fact in found] == [("yes", True)]
    assert found[0].provenance.quote in CHAT
    assert found[0].provenance.source == "document:x:1"


@pytest.mark.parametrize(
    "said", ["There is no language model in it.", "We do not use a language model."]
)
def test_what_somebody_said_of_a_gate_counts_alone(said: str) -> None:
    assert [fact.value for fact in described(f"{CHAT} {said}", "llm")] == ["no"]


def test_an_answer_is_no_description() -> None:
    reading = read(CHAT, "answer:1", KNOWLEDGE)
    assert not [fact for fact in reading.facts if fact.key == "llm" and fact.surmised]
