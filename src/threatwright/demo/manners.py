"""How a text goes about it: by overruling, in a role, under pressure, with made-up examples."""

from __future__ import annotations

import re

_FLAGS = re.IGNORECASE
_RULES = (
    r"(?:instruct\w*|rul\w*|prompt\w*|guidelin\w*|polic\w*|restrict\w*|limit\w*|directive\w*|told|"
    r"constraint\w*|filter\w*|guard ?rail\w*|training|behaviou?r\w*|safeguard\w*|orders|said)"
)
_OVERRULES = re.compile(
    rf"\b(?:ignor|disregard|forget|overrid|overrul|void|suspend|cancel|set aside|drop|"
    rf"bypass|replac|"
    rf"disabl|skip|discard|lift|revok|supersed|annul|stop following|do not follow|don't follow|no "
    rf"longer (?:appl|follow|bound)|free of|without your|"
    rf"not bound)\w*\b[^.!?\n]{{0,70}}\b(?:{_RULES}|"
    r"above|before|previous|everything|anything|earlier)\b"
    rf"|\b{_RULES}\b[^.!?\n]{{0,50}}\b(?:void|suspended|lifted|cancelled|off|disabled|"
    rf"expired|replaced|"
    r"no longer|outdated|superseded|over)\b"
    r"|\bnew (?:instruct\w*|rul\w*|task|order|directive|system prompt|priority)\b"
    r"|^\s*(?:#+\s*)?\[?(?:system|admin\w*|developer|root|override)\b[^a-z]{0,4}[:\]]"
    r"|\b(?:developer|debug|maintenance|admin\w*|god|test|diagnostic|unrestricted|override) mode\b"
    r"|\bi am (?:your|the) (?:developer|administrator|admin|creator|owner|engineer)\b",
    _FLAGS | re.MULTILINE,
)
_PLAYS = re.compile(
    r"\b(?:role[- ]?play|pretend|act(?:ing)? (?:as|like)|imagin\w*|character|stor(?:y|"
    r"ies)|novel|scene|"
    r"screen ?play|theat\w+|grandm\w+|game|simulat\w*|hypothetical\w*|fiction\w*|persona|actor|"
    r"you are (?:now|going to be|about to)|play(?:ing)? the (?:part|role)|in character|dialogue|"
    r"stay in|puppet|alter ego|twin|improvis\w*|dan\b|do anything now)",
    _FLAGS,
)
_PRESSES = re.compile(
    r"\b(?:insist|urgent\w*|lawyer|sue|court|manager|promis\w*|guarantee\w*|confirm\w*|"
    r"ceo|director|"
    r"emergency|desperate\w*|last chance|review|already (?:agreed|promised|said|approved)|approved|"
    r"mother|father|child\w*|hospital|furious|angry|unacceptable|demand|now|immediately|must|"
    r"just say|in writing|commit|yes or no|police|press|please)\b|!{2,}",
    _FLAGS,
)
_CHANGES_RULES = re.compile(
    r"\b(?:updat|chang|augment|adjust|relax|modif|amend|extend|revis|adapt|rewrit|"
    r"expand)\w*\b[^.!?\n]"
    r"{0,80}\b(?:behaviou?r|rul\w*|guidelin\w*|instruct\w*|polic\w*|approach|way you)"
    r"|\b(?:safe|research|training|education\w*|audit\w*|certified|qualified|trained|experts?|"
    r"professionals?|uncensored)\b.{0,300}\b(?:warning|disclaimer|prefix|label|full answers?|"
    r"without refus\w+|comply|complete answers?|do not refuse|rather than refus\w+)",
    _FLAGS | re.DOTALL,
)
_SPEAKS = re.compile(
    r"\b(?:user|human|customer|person|visitor|q|question|guest|client)\W{0,3}:", _FLAGS
)
_LEADS_ON = re.compile(
    r"\b(?:how (?:do|does|are|were) you|your (?:work|job|role|task|rules|instruct\w*|"
    r"guid\w*|design)|"
    r"assistant|example|suppose|hypothetical\w*|story|word|letter|code|writ\w*|part|first|second|"
    r"text|format|general\w*|curious|learn|understand|kind of|line|piece|rule|step|phrase|game|"
    r"puzzle|topic|trust|thank\w*|great|good|nice|helpful|continue|next|now)\b",
    _FLAGS,
)
MANY = 6
"""So many made-up exchanges make a habit."""


def overrules(text: str) -> bool:
    """Whether it claims that the instructions do not hold."""
    return bool(_OVERRULES.search(text))


def plays_a_role(text: str) -> bool:
    """Whether it dresses the request as a story or a role."""
    return bool(_PLAYS.search(text))


def presses(text: str) -> bool:
    """Whether it puts pressure on whoever answers."""
    return bool(_PRESSES.search(text))


def changes_the_rules(text: str) -> bool:
    """Whether it asks to go by other rules from there on, with a reason that sounds good."""
    return bool(_CHANGES_RULES.search(text))


def shows_many_examples(text: str) -> bool:
    """Whether it shows many exchanges in which everything is answered."""
    return len(_SPEAKS.findall(text)) >= MANY


def last_question(text: str) -> str:
    """What is asked behind made-up exchanges: what the last of those who ask says."""
    return _SPEAKS.split(text)[-1]


def leads_on(text: str) -> bool:
    """Whether it goes a step on a way, without asking for anything yet."""
    return bool(_LEADS_ON.search(text))
