"""Settings: kept as they were set, and a file that was edited by hand is taken as far as it makes sense."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import settings
from engine.params import SettingError
from engine.settings import Settings


def test_what_is_written_reads_back(tmp_path: Path) -> None:
    changed = Settings(theme="light", language="zh_CN", autosave=False, bank_cache_mb=64)
    settings.write(tmp_path / "new" / "settings.toml", changed)
    assert settings.read(tmp_path / "new" / "settings.toml") == (changed, ())
    assert settings.read(tmp_path / "none.toml") == (Settings(), ())


def test_what_makes_no_sense_is_said_and_has_its_default(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('bank_cache_mb = 1\ntheme = "pink"\nhints = 0\nautosav = true\nstart_with = "nothing"\n')
    read, wrong = settings.read(path)
    assert read == Settings(start_with="nothing")
    assert len(wrong) == 4
    assert wrong[0] == "settings.toml: bank_cache_mb 1 is outside 16 … 65536 MB"
    assert wrong[1] == "settings.toml: theme must be one of system, dark, light, not 'pink'"
    assert "hints must be true or false" in wrong[2]
    assert "did you mean autosave?" in wrong[3]


@pytest.mark.parametrize("content", [b"theme = ", b"\xff\xfe", b"x" * (settings.BYTES_MAX + 1)])
def test_a_damaged_file_is_said_in_a_sentence(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_bytes(content)
    read, (wrong,) = settings.read(tmp_path / "settings.toml")
    assert read == Settings()
    assert wrong.startswith("settings.toml is ")
    assert "\n" not in wrong


def test_a_value_is_checked_by_its_declaration() -> None:
    with pytest.raises(SettingError, match="must be one of"):
        settings.changed(Settings(), "theme", "pink")
