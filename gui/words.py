"""The window's words in the user's language: the English in the code is the key, a catalogue gives the others.

`tr` is written around every text that is shown. A table at module level holds plain English marked with `mark`,
and is translated when it is shown, since the language is chosen after the modules were loaded. What the engine says
is English wherever it goes (logs, manifests, the command line); `sentence` recognises it for the window.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

CATALOGUES = Path(__file__).parent / "languages"
ENGLISH = "en"
PLACE = re.compile(r"\{(\w+)\}")

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
    global _language
    _language = language if language in languages() else ENGLISH
    learn({} if _language == ENGLISH else read(_language))


def learn(texts: dict[str, str]) -> None:
    """Take these texts for the English ones."""
    global _texts
    _texts = texts
    _patterns.cache_clear()


def read(language: str) -> dict[str, str]:
    """A catalogue: what is said for each English text."""
    from babel.messages.pofile import read_po

    with (CATALOGUES / f"{language}.po").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id and message.string}


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


def sentence(text: str, /) -> str:
    """A sentence that the engine made, in the user's language; what it does not know it leaves as it is.

    The engine's sentences stand in the catalogue with numbered places for what was put in, and with braces of their
    own doubled. What was put in may be such a sentence again: a step's name and what it refuses.
    """
    for pattern, said in _patterns() if text else ():
        found = pattern.fullmatch(text)
        if found:
            lead, *values = found.groups(default="")
            return lead + said.format(*map(sentence, values))
    return text


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """What recognises each text that has numbered places or none, those with the most words of their own first."""
    usable = [text for text in _texts if all(place.isdigit() for place in PLACE.findall(text))]
    usable.sort(key=lambda text: len(PLACE.sub("", text)), reverse=True)
    return tuple((_pattern(text), _texts[text]) for text in usable if len(PLACE.sub("", text).split()) > 1)


def _pattern(text: str) -> re.Pattern[str]:
    parts = [part.replace("{{", "{").replace("}}", "}") for part in re.split(r"\{\d+\}", text)]
    lead = "((?:.*?[ (:])?)" if parts[0] else "()"
    return re.compile(lead + "(.*?)".join(re.escape(part) for part in parts), re.DOTALL)
