"""The window's words in the user's language: the English in the code is the key, a catalogue gives the others.

`tr` is written around every text that is shown. A table at module level holds plain English marked with `mark`,
and is translated when it is shown, since the language is chosen after the modules were loaded.
"""

from __future__ import annotations

from pathlib import Path

CATALOGUES = Path(__file__).parent / "languages"
ENGLISH = "en"

_texts: dict[str, str] = {}
_language = ENGLISH


def languages() -> tuple[str, ...]:
    """The languages that the window can speak, English first."""
    return (ENGLISH, *sorted(path.stem for path in CATALOGUES.glob("*.po")))


def language() -> str:
    """The language that it speaks now."""
    return _language


def speak(language: str) -> None:
    """Speak that language from now on; one that there is no catalogue of is English."""
    global _language, _texts
    _language = language if language in languages() else ENGLISH
    _texts = {} if _language == ENGLISH else _read(CATALOGUES / f"{_language}.po")


def tr(text: str, /, **values: object) -> str:
    """A text in the user's language, with what stands in braces put in: `tr("Take {number}", number=3)`."""
    found = _texts.get(text, text)
    return found.format(**values) if values else found


def trn(one: str, many: str, count: int, /, **values: object) -> str:
    """`one` or `many` as the count asks; both may say `{count}`."""
    return tr(one if count == 1 else many, count=count, **values)


def mark(text: str, /) -> str:
    """The text as it is; says to whoever collects the texts that `tr` will be asked for it."""
    return text


def _read(path: Path) -> dict[str, str]:
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id and message.string}
