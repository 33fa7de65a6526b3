"""Documents draw the rare characters of people's names; where no font has one, `doctor` says which."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import pytest
from pypdf import PdfReader

from hotline.maintenance import _fonts
from reports.notice.documents import pdf

NAMES = "陈㐂、䶮先生、𠮷田、吴𬱖"


def test_a_paper_draws_rare_characters() -> None:
    made = pdf(f"<!doctype html><html lang='zh-CN'><body><p>{NAMES}</p></body></html>")
    assert NAMES in PdfReader(io.BytesIO(made)).pages[0].extract_text()


def test_doctor_says_that_they_are_drawn() -> None:
    assert [good for good, _ in _fonts()] == [True]


def test_doctor_names_the_character_that_no_font_draws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With one font alone, as on a machine where only the common package is installed."""
    font = subprocess.run(
        ["fc-match", "-f", "%{file}", "WenQuanYi Micro Hei"], capture_output=True, text=True, check=True
    ).stdout
    config = tmp_path / "fonts.conf"
    config.write_text(
        f"<?xml version='1.0'?><!DOCTYPE fontconfig SYSTEM 'fonts.dtd'><fontconfig><dir>{Path(font).parent}</dir>"
        f"<cachedir>{tmp_path}</cachedir></fontconfig>"
    )
    monkeypatch.setenv("FONTCONFIG_FILE", str(config))
    (_, first), (good, said) = _fonts()
    assert "WenQuanYi" in first
    assert not good
    assert "𬱖 (U+2CC56)" in said
    assert "fonts-hanazono" in said
