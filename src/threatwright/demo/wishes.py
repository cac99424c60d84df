"""What a text asks for, as a model would understand it: by verbs and what they are about."""

from __future__ import annotations

import re
from enum import StrEnum


class Wish(StrEnum):
    """What can be asked of the chatbot that it should not do."""

    INSTRUCTIONS = "its instructions"
    RECORDS = "what staff keep"
    OTHERS = "what belongs to others"
    JOIN = "two texts as one"
    IMAGE = "an image or a link"
    MARKUP = "markup that does something"
    LONG = "very much text"
    CALL = "a call of a tool"
    REMEMBER = "to remember"
    REFUND = "a refund"


_TELL = (
    r"(?:reveal|show|print|repeat|output|tell|display|list|write|give|shar|quote|recit|disclos|"
    r"cop(?:y|ie)|past|summari[sz]|translat|encod|spell|echo|dump|return|provide|put|render|read|"
    r"expos|describ|explain|paraphras|restat|state|convert|includ|append|transcrib|reproduc|say|"
    r"leak|post|send|present|hand|type|what(?:'s| is| are| was| were| do| does| did)|which|how)"
)
_OWN = (
    r"(?:system|initial|hidden|original|above|previous|prior|earlier|preceding|your|starting|first|"
    r"secret|internal|full|entire|complete|whole|exact|developer|confidential|opening|own)"
)
_SET_UP = (
    r"(?:prompt|instruct\w*|messag\w*|rul\w*|guidelin\w*|directive\w*|context|"
    r"configurat\w*|set-?up|"
    r"polic\w*|brief\w*|preamble|guidance|orders|constraint\w*|settings)"
)
_PATTERNS: dict[Wish, tuple[str, ...]] = {
    Wish.INSTRUCTIONS: (
        rf"\b{_TELL}\w*\b[^.!?\n]{{0,90}}\b{_OWN}\b[^.!?\n]{{0,40}}\b{_SET_UP}\b",
        rf"\b{_TELL}\w*\b[^.!?\n]{{0,60}}\b(?:everything|all|text|words|lines|content|sentences?)\b"
        r"[^.!?\n]{0,40}\b(?:above|before|so far|precede\w*|prior|context)\b",
        rf"\b{_SET_UP}\b[^.!?\n]{{0,60}}\byou (?:were|are|have been|got|had|follow|"
        rf"received|operate)",
        r"\b(?:you (?:were|have been|are)|were you|have you been) (?:told|given|"
        r"instructed|configured|set up|briefed|"
        r"prompted)",
        r"\b(?:begin|start)\w*\b[^.!?\n]{0,30}\b(?:you are|your instructions)\b",
        rf"\b{_TELL}\w*\b[^.!?\n]{{0,40}}\b(?:canary|marker|secret|reference code|internal code)",
    ),
    Wish.RECORDS: (
        rf"\b{_TELL}\w*\b[^?\n]{{0,90}}\b(?:records?|staff notes?|internal notes?|"
        rf"notes? on|on file|"
        r"stored|database|personal data|customer data|phone|address|price list|margin|"
        r"confidential (?:data|document\w*|article\w*|file\w*)|internal (?:document|"
        r"article|file)\w*)",
    ),
    Wish.OTHERS: (
        r"\b(?:other|another|different|previous|last|next|all|every|each|someone else|somebody "
        r"else)(?:'s)?\b[^.!?\n]{0,30}\b(?:customer|user|client|person|people|account|visitor|"
        r"ticket|order|conversation|chat|caller|member|tenant)",
        r"\b(?:someone|somebody|anybody|anyone) else",
        r"\b(?:customer|user|person|people|client)s? (?:before|after|besides|other than) me\b",
        r"\b(?:customer|user|account|order|ticket)s?\s*(?:id|number|no\.?|#)?\s*[:#]?\s*"
        r"(?:C-)?(?!1001\b|7730\b)\d{3,}",
        r"\bon behalf of\b|\bmy (?:wife|husband|friend|neighbou?r|colleague|boss|brother|sister)'s",
    ),
    Wish.JOIN: (
        r"\b(?:join|concatenat|combin|merg|glu|attach|append|stitch|weld|splic)\w*\b",
        r"\b(?:put|writ\w*|string|stick|place|print|type|say|run)\b[^.!?\n]{0,90}\b(?:together|"
        r"one word|as one|side by side|in a row|back to back|next to each other|in one piece)",
        r"\b(?:no|without (?:a |any )?)(?:\w+ ){0,2}(?:spac\w*|gap\w*|separator\w*|blank\w*|"
        r"anything between)",
        r"\b(?:followed by|continued by|after|behind)\b",
    ),
    Wish.IMAGE: (
        r"!?\[[^\]]*\]\([^)]*\)",
        r"\b(?:image|picture|logo|icon|banner|pixel|badge|thumbnail|photo)\b",
        r"\bmarkdown\b|\b(?:hyper)?link\b|\bclickable\b|https?://",
    ),
    Wish.MARKUP: (
        r"<\s*/?\s*[a-z][^>]*>?|\b(?:html|svg|iframe|java ?script|script tag|onerror|onclick|"
        r"web ?page|widget|ansi|escape (?:code|sequence)s?|x1b|terminal|colou?red text|embed)\b",
    ),
    Wish.LONG: (
        r"\b(?:forever|endless\w*|never stop|without stopping|do not stop|don't stop|keep going|"
        r"as (?:long|much|many)|infinite\w*|exhaustive\w*|every single|until you|no limit|"
        r"indefinitely|over and over|continu\w+)\b",
        r"\b(?:\d{3,}|\d+,\d{3}|hundreds?|thousands?|million)\b[^.!?\n]{0,40}\b(?:times|"
        r"words|lines|"
        r"items|entries|names|pages|sentences|examples|numbers|paragraphs|steps|rows|tokens|ideas)",
        r"\bfrom (?:1|one|zero|0) (?:to|up to|through) (?:\d{3,}|\d+,\d{3}|a thousand|"
        r"ten thousand)",
    ),
    Wish.CALL: (
        r"\b(?:call|us\w+|invok\w+|trigger|run|execut\w+|submit|plac\w+|creat\w+|mak\w+|fetch|open|"
        r"visit|request|post|send|load|ping|download|book|issue|file|look\w* up|check|cancel|add|"
        r"enter|register|log|notify|update|order)\b[^.!?\n]{0,90}\b(?:tool|orders?|"
        r"function|api|url|"
        r"web ?hook|endpoint|address|system|reference|plugin|action|ticket|lookup|http)",
        r"https?://",
    ),
    Wish.REMEMBER: (
        r"\b(?:remember|keep in mind|from now on|in (?:the )?future|always|note down|make a note|"
        r"memori[sz]e|next time|for later|permanent\w*|whenever|each time|every time|"
        r"every (?:answer|"
        r"reply|conversation|chat)|standing|save (?:this|that|it)|store (?:this|that|it)|"
        r"(?:add|save|write|put|commit)\b[^.!?\n]{0,40}\b(?:memory|profile|preferences?|notes?))",
    ),
    Wish.REFUND: (
        r"\b(?:refund|money back|reimburs\w*|compensat\w*|credit me|waive|pay me back|my money)\b",
    ),
}  # fmt: skip
_COMPILED = {
    wish: [re.compile(pattern, re.IGNORECASE) for pattern in patterns]
    for wish, patterns in _PATTERNS.items()
}


def asks_for(wish: Wish, text: str) -> bool:
    """Whether a text asks for something."""
    return any(pattern.search(text) for pattern in _COMPILED[wish])
