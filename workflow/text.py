"""Words a person reads, in Chinese and English side by side.

Both languages stand at the place of use, so neither can be forgotten and no catalogue can go stale.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

LOCALES = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence or label in both languages of the product."""

    zh: str
    en: str

    def within(self, locale: str) -> str:
        """Answers the English wording for "en" and the Chinese one for everything else."""
        return self.en if locale == "en" else self.zh

    def filled(self, **values: object) -> Text:
        """Answers a copy with `{name}` fields filled; a value that is itself a Text follows the language."""
        return Text(
            self.zh.format(**{k: v.zh if isinstance(v, Text) else v for k, v in values.items()}),
            self.en.format(**{k: v.en if isinstance(v, Text) else v for k, v in values.items()}),
        )

    def as_dict(self) -> dict[str, str]:
        return {"zh": self.zh, "en": self.en}


def text_from(raw: object) -> Text:
    """Reads `{zh: ..., en: ...}`; raises ValueError where one language is missing or empty."""
    if not isinstance(raw, Mapping) or not raw.get("zh") or not raw.get("en"):
        raise ValueError("needs a Chinese and an English wording: {zh: ..., en: ...}")
    return Text(str(raw["zh"]), str(raw["en"]))
