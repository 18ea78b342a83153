"""Names of outputs: taken from the sources', safe on every file system, never two alike."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.batch.names import BYTES_MAX, output_name, stems


def test_stems_and_extensions() -> None:
    assert stems(["a/x.wav", "a/x.flac", "b/x.wav", "y.tar.wav", "noext"]) == {
        "a/x.wav": "a/x.wav",
        "a/x.flac": "a/x.flac",
        "b/x.wav": "b/x",
        "y.tar.wav": "y.tar",
        "noext": "noext",
    }
    assert stems(["a.wav", "a.flac", "a.wav.mp3"])["a.wav.mp3"] == "a.wav.mp3"
    assert output_name("a/x", 3, ".flac") == "a/x__v3.flac"
    assert output_name("a/x", 0, ".wav") == "a/x.orig.wav"


PARTS = st.text(min_size=1, max_size=300).filter(lambda part: "/" not in part and part not in (".", ".."))


@given(st.lists(st.lists(PARTS, min_size=1, max_size=3).map("/".join), unique=True, max_size=8))
def test_any_name_becomes_safe_and_stays_apart(source_ids: list[str]) -> None:
    made = stems(source_ids)
    assert list(made) == source_ids
    assert len(set(made.values())) == len(source_ids)
    for stem in made.values():
        for part in stem.split("/"):
            assert part
            assert len(part.encode()) <= BYTES_MAX
            assert part[0] not in "-.=+@ "
            assert part[-1] not in ". "
            assert not set(part) & set('<>:"\\|?*\n\r\0\u202e')
            assert part.partition(".")[0].lower() not in {"con", "nul", "aux", "prn", "com1", "lpt9"}
