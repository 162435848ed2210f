"""Unified social credit codes (统一社会信用代码), GB 32100-2015: 18 characters, the last one a check digit."""

from __future__ import annotations

import unicodedata

from workflow.text import Text

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18
_WEIGHTS = tuple(pow(3, place, 31) for place in range(LENGTH - 1))
_VALUES = {character: value for value, character in enumerate(ALPHABET)}


def normalised(raw: str) -> str:
    """The code as it is stored: half-width, upper case, without the blanks and hyphens people type for reading."""
    folded = unicodedata.normalize("NFKC", raw).upper()
    return folded if folded.isalnum() else "".join(filter(_is_typed_on_purpose, folded))


def _is_typed_on_purpose(character: str) -> bool:
    return not character.isspace() and character != "-" and unicodedata.category(character) != "Cf"


def check_digit(first_17: str) -> str:
    """The 18th character that belongs to 17 characters of the alphabet; raises KeyError for another character."""
    total = sum(_VALUES[character] * weight for character, weight in zip(first_17, _WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def is_valid(code: str) -> bool:
    """True for a normalised code of 18 allowed characters whose check digit is right."""
    return fault_of(code) is None


def fault_of(code: str) -> Text | None:
    """What is wrong with a normalised code, as a sentence that says what to do; None where nothing is."""
    if len(code) != LENGTH:
        return Text(
            f"信用代码有 {len(code)} 位，应为 {LENGTH} 位：请照营业执照重新填写",
            f"The credit code has {len(code)} characters and needs {LENGTH}: enter it again from the licence",
        )
    foreign = "、".join(sorted({character for character in code if character not in _VALUES}))
    if foreign:
        return Text(
            f"信用代码里不会出现“{foreign}”（不用字母 I、O、S、V、Z）：请照营业执照核对",
            f"A credit code never holds {foreign!r} (letters I, O, S, V and Z are not used): compare with the licence",
        )
    if code[-1] != check_digit(code[:-1]):
        return Text(
            "信用代码的校验位对不上，说明至少有一位填错：请照营业执照逐位核对",
            "The check digit of the credit code does not fit, so a character is wrong: compare each with the licence",
        )
    return None
