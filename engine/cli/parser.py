"""The words of the command line."""

from __future__ import annotations

import argparse
import re
from typing import NoReturn

from .. import __version__
from ..chain import GUARDS

SHORTHAND = "python main.py"
DIGITS_MAX = 18
_DIGITS = re.compile(rf"[0-9]{{1,{DIGITS_MAX}}}")


class UsageError(Exception):
    """Words that the command line does not have; the message is one sentence."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see `{self.prog} --help`")


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = _Parser(
        prog=SHORTHAND,
        allow_abbrev=False,
        description="Without a command: the window, with these files and folders open.",
        epilog="Exit codes: 0 all done; 1 some inputs failed; 2 nothing was started; 130 interrupted.",
    )
    top.add_argument("--version", action="version", version=f"variophone {__version__}")
    verbs = top.add_subparsers(dest="verb", required=True, metavar="COMMAND", parser_class=_Parser)
    _export(verbs.add_parser("export", allow_abbrev=False, help="make variants of files and folders"))
    _reproduce(verbs.add_parser("reproduce", allow_abbrev=False, help="make one output again"))
    presets = verbs.add_parser("presets", allow_abbrev=False, help="list the shipped presets, or show one")
    presets.add_argument("name", nargs="?", metavar="NAME")
    transforms = verbs.add_parser("transforms", allow_abbrev=False, help="list the transforms, or show one")
    transforms.add_argument("name", nargs="?", metavar="NAME")
    transforms.add_argument("--find", metavar="WORDS", help="only those that answer to this: what they do, or a name")
    transforms.add_argument("--json", action="store_true", help="as JSON")
    plugins = verbs.add_parser("plugins", allow_abbrev=False, help="list VST3 and Audio Unit plugins, or look for some")
    plugins.add_argument("action", nargs="?", choices=("scan",), help="look for plugins in folders")
    plugins.add_argument("folders", nargs="*", metavar="DIR", help="where (the folders that were scanned before)")
    plugins.add_argument("--json", action="store_true", help="as JSON")
    verbs.add_parser("devices", allow_abbrev=False, help="list the sound devices and microphones")
    doctor = verbs.add_parser("doctor", allow_abbrev=False, help="say what works on this machine")
    doctor.add_argument("--json", action="store_true", help="as JSON")
    tour = verbs.add_parser("tour", allow_abbrev=False, help="walk the window through its main job, with pictures")
    tour.add_argument("--out", required=True, metavar="DIR", help="the folder for the pictures")
    tour.add_argument("--states", action="store_true", help="picture every state instead, in each theme and size")
    return top


def _export(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("inputs", nargs="+", metavar="INPUT", help="a file, or a folder with all below it")
    verb.add_argument("--preset", required=True, metavar="NAME|FILE", help="a shipped preset's name, or a file")
    verb.add_argument("--out", required=True, metavar="DIR", help="the folder for the outputs")
    verb.add_argument("--variants", type=_whole(1), default=1, metavar="N", help="variants of each input (1)")
    verb.add_argument("--seed", type=_whole(0), default=0, metavar="N", help="what all draws are keyed by (0)")
    verb.add_argument("--format", choices=("wav", "flac", "ogg", "mp3"), default="wav", help="of the outputs (wav)")
    verb.add_argument("--bits", choices=("16", "24", "32f"), default="16", help="for wav and flac (16)")
    verb.add_argument("--sample-rate", type=_whole(1), metavar="HZ", help="resample inputs to this rate first")
    verb.add_argument("--channels", choices=("keep", "mono", "stereo"), default="keep", help="of the outputs (keep)")
    verb.add_argument("--duration", type=_seconds, metavar="SECONDS", help="cut or pad every output to this")
    verb.add_argument("--tail", choices=("cut", "keep"), default="cut", help="what rings on after a clip's end (cut)")
    verb.add_argument(
        "--guard", choices=GUARDS,
        help="what is done about sound that would clip: turned down, limited, clipped (as the preset says)",
    )  # fmt: skip
    _bank(verb)
    _plugins(verb)
    verb.add_argument(
        "--bank-cache", type=_whole(1), metavar="MB", help="how much of banks each process holds in memory (256)"
    )
    verb.add_argument("--jobs", type=_whole(1), default=0, metavar="N", help="processes at once (one a core)")
    verb.add_argument("--keep-original", action="store_true", help="write each input too, as .orig")
    verb.add_argument("--overwrite", action="store_true", help="put this export in the place of the one there")
    verb.add_argument("--json", action="store_true", help="print the summary as JSON")


def _reproduce(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("manifest", metavar="MANIFEST", help="an export's manifest.jsonl")
    verb.add_argument("output", metavar="OUTPUT_NAME", help="the output as the manifest names it")
    verb.add_argument("--out", required=True, metavar="FILE", help="the file to write")
    verb.add_argument("--source-root", metavar="DIR", help="the folder the source lies in (from export.log)")
    _bank(verb)
    _plugins(verb)


def _plugins(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--allow-plugins", action="store_true", help="load the plugins that are asked for")


def _bank(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "--bank", type=_binding, action="append", default=[], metavar="NAME=DIR",
        help="the folder of recordings that a preset calls NAME; may be given several times",
    )  # fmt: skip


class _Whole:
    """A whole number of at least `low`."""

    def __init__(self, low: int) -> None:
        self._low = low

    def __call__(self, text: str) -> int:
        if not _DIGITS.fullmatch(text) or int(text) < self._low:
            raise argparse.ArgumentTypeError(
                f"must be a whole number from {self._low}, of at most {DIGITS_MAX} digits, not {text}"
            )
        return int(text)


_whole = _Whole


def _seconds(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be a number of seconds, not {text}") from None


def _binding(text: str) -> tuple[str, str]:
    name, equals, folder = text.partition("=")
    if not name or not equals or not folder:
        raise argparse.ArgumentTypeError(f"must be NAME=DIR, not {text}")
    return name, folder
