"""Tells a key from a word, so that none is kept where it does not belong, nor repeated."""

from __future__ import annotations

import re

_KNOWN = re.compile(
    r"""
    \bsk-[A-Za-z0-9_-]{8,}            # OpenAI, Anthropic and others
  | \b(?:sk|pk|rk)_(?:live|test)_\w+  # Stripe
  | \b(?:AKIA|ASIA)[0-9A-Z]{12,}      # AWS
  | \bAIza[0-9A-Za-z_-]{20,}          # Google
  | \bya29\.[0-9A-Za-z_-]+
  | \bgh[oprsu]_[0-9A-Za-z]{16,}      # GitHub
  | \bgithub_pat_\w{16,}
  | \bglpat-[0-9A-Za-z_-]{12,}        # GitLab
  | \bhf_[0-9A-Za-z]{16,}             # Hugging Face
  | \bxox[abeoprs]-[0-9A-Za-z-]{8,}   # Slack
  | \bgsk_[0-9A-Za-z]{16,}            # Groq
  | \bnvapi-[0-9A-Za-z_-]{16,}
  | \beyJ[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]{8,}  # JSON Web Token
  | -----BEGIN\ [A-Z ]*PRIVATE\ KEY-----
  | \b(?:Bearer|Basic)\s+(?![<{$])[0-9A-Za-z+/=_.~-]{8,}
    """,
    re.VERBOSE,
)
_RUN = re.compile(r"[0-9A-Za-z+/_=-]{24,}")
_HEX = re.compile(r"[0-9a-fA-F]{32,}")
_HIDDEN = "(a key, not repeated)"


def looks_like_key(text: str) -> bool:
    """Whether a text holds what looks like a password, a token or a private key."""
    return bool(_KNOWN.search(text)) or any(map(_is_random, _RUN.findall(text)))


def _is_random(run: str) -> bool:
    """Whether a long run of letters and digits is none that a person would make up as a name."""
    if _HEX.search(run):
        return True
    digits = sum(c.isdigit() for c in run)
    is_mixed = any(c.islower() for c in run) and any(c.isupper() for c in run)
    return is_mixed and digits >= 3 and len(re.split(r"[_=/+-]+", run)) <= len(run) // 8


def without_keys(text: str) -> str:
    """The text with what looks like a key put out."""
    text = _KNOWN.sub(_HIDDEN, text)
    return _RUN.sub(lambda run: _HIDDEN if _is_random(run.group()) else run.group(), text)


def is_variable_name(text: str) -> bool:
    """Whether a text is the name of an environment variable, and not the key itself."""
    if not re.fullmatch(r"[A-Z][A-Z0-9_]{1,79}", text) or looks_like_key(text):
        return False
    return "_" in text or len(text) < 16 or not any(c.isdigit() for c in text)
