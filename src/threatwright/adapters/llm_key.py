"""The key of an endpoint, from the settings or from the keyring of the machine."""

from __future__ import annotations

from threatwright.adapters.openai_client import DEFAULT_URL
from threatwright.config import Settings
from threatwright.errors import LanguageModelError

SERVICE = "threatwright"
"""Under what the keyring holds keys; the user is the base URL."""


def key_of(settings: Settings) -> str | None:
    """The key that goes to the endpoint; None if it needs none. It may wait for the keyring.

    Raises LanguageModelError if the keyring is to be asked and has none.
    """
    if settings.llm_api_key is not None:
        return settings.llm_api_key.get_secret_value()
    return _kept(settings.llm_base_url or DEFAULT_URL) if settings.llm_keyring else None


def _kept(url: str) -> str:
    import keyring
    from keyring.errors import KeyringError

    fix = f"Put it there with `keyring set {SERVICE} {url}`, or set THREATWRIGHT_LLM_API_KEY."
    try:
        key = keyring.get_password(SERVICE, url)
    except KeyringError as error:
        raise LanguageModelError(f"The keyring cannot be asked: {error}", fix) from error
    if not key:
        raise LanguageModelError(f"The keyring holds no key for {url}.", fix)
    return key
