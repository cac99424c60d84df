"""Our names of converters, and the converters of PyRIT's that they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from pyrit.converter import (
    AsciiSmugglerConverter,
    AskToDecodeConverter,
    AtbashConverter,
    Base64Converter,
    BinaryConverter,
    CharSwapConverter,
    DiacriticConverter,
    FlipConverter,
    LeetspeakConverter,
    MorseConverter,
    PolicyPuppetryConverter,
    ROT13Converter,
    UnicodeConfusableConverter,
    UrlConverter,
    ZeroWidthConverter,
)
from pyrit.converter import Converter as PyritConverter

from threatwright.model.probes import Converter

_MADE: Mapping[Converter, Callable[[int], PyritConverter]] = {
    Converter.ASCII_SMUGGLER: lambda _: AsciiSmugglerConverter(),
    Converter.ASK_TO_DECODE_BASE64: lambda seed: AskToDecodeConverter(
        encoding_name="Base64", seed=seed
    ),
    Converter.ASK_TO_DECODE_ROT13: lambda seed: AskToDecodeConverter(
        encoding_name="ROT13", seed=seed
    ),
    Converter.ATBASH: lambda _: AtbashConverter(),
    Converter.BASE64: lambda _: Base64Converter(),
    # In 32 bits any character has its place; with fewer, one beyond them fails.
    Converter.BINARY: lambda _: BinaryConverter(bits_per_char=BinaryConverter.BitsPerChar.BITS_32),
    Converter.CHAR_SWAP: lambda seed: CharSwapConverter(seed=seed),
    Converter.DIACRITIC: lambda _: DiacriticConverter(),
    Converter.FLIP: lambda _: FlipConverter(),
    Converter.LEETSPEAK: lambda _: LeetspeakConverter(),
    Converter.MORSE: lambda _: MorseConverter(),
    Converter.POLICY_PUPPETRY: lambda _: PolicyPuppetryConverter(),
    Converter.ROT13: lambda _: ROT13Converter(),
    Converter.UNICODE_CONFUSABLE: lambda _: UnicodeConfusableConverter(deterministic=True),
    Converter.URL: lambda _: UrlConverter(),
    Converter.ZERO_WIDTH: lambda _: ZeroWidthConverter(),
}


def chain(names: Iterable[Converter], seed: int = 0) -> list[PyritConverter]:
    """The converters of a chain, in order. What is random in one follows from the seed alone."""
    return [_MADE[name](seed) for name in names]


async def converted(text: str, names: Iterable[Converter], seed: int = 0) -> str:
    """The text in the form that a chain gives it."""
    for converter in chain(names, seed):
        text = (await converter.convert_async(prompt=text)).output_text
    return text
