"""Settings say which of them is wrong and how to mend it, in one sentence; a blank one is absent."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotline.base.config import TWILIO_URL, SettingsError, load_settings
from hotline.maintenance import telephone

VOICE = ("HOTLINE_VOICE", "HOTLINE_SIP_DOMAIN", "TWILIO_API_KEY", "TWILIO_API_SECRET")
TWILIO = {"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "t", "TWILIO_NUMBER": "+15550001890"}


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in (*TWILIO, *VOICE, "TWILIO_API_URL", "DATABASE_URL", "HOTLINE_CLOCK_OFFSET", "HOTLINE_LANGUAGE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    "given", ["notaurl", "postgresql://[bad", "mysql://a@b/c", "postgresql://a:hush-hush@b:x/c", "host=a"]
)
def test_an_address_that_is_no_database_is_named_and_not_repeated(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("DATABASE_URL", given)
    with pytest.raises(SettingsError, match="DATABASE_URL must be like postgresql://") as said:
        load_settings()
    assert "hush" not in str(said.value)


@pytest.mark.parametrize("given", ["nan", "inf", "-1e300", "316224001"])
def test_an_offset_out_of_reach_is_refused(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("HOTLINE_CLOCK_OFFSET", given)
    with pytest.raises(SettingsError, match="HOTLINE_CLOCK_OFFSET must be seconds"):
        load_settings()


def test_blank_is_absent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", "")
    monkeypatch.setenv("HOTLINE_LANGUAGE", "")
    (tmp_path / ".env").write_text("TWILIO_API_URL=\nHOTLINE_CLOCK_OFFSET=\n")
    found = load_settings()
    assert found.database_url is None
    assert (found.language, found.twilio_api_url, found.clock_offset) == ("zh", TWILIO_URL, 0)


@pytest.mark.parametrize(
    ("url", "refused"),
    [
        (TWILIO_URL, True),
        ("https://API.twilio.com/", True),
        ("https://api.dublin.ie1.twilio.com", True),
        ("http://127.0.0.1:4010", False),
        ("https://nottwilio.com", False),
    ],
)
def test_no_drill_on_the_real_line(monkeypatch: pytest.MonkeyPatch, url: str, refused: bool) -> None:
    for name, value in {**TWILIO, "TWILIO_API_URL": url, "HOTLINE_CLOCK_OFFSET": "60"}.items():
        monkeypatch.setenv(name, value)
    if refused:
        with pytest.raises(SettingsError, match="HOTLINE_CLOCK_OFFSET is refused"):
            load_settings()
    else:
        assert load_settings().offset.total_seconds() == 60


OWN = {**TWILIO, "TWILIO_API_URL": "http://10.0.0.5"}


@pytest.mark.parametrize(
    ("given", "carrier", "said"),
    [
        ({}, "browser", "telephone: browsers (no TWILIO_* settings)"),
        ({"HOTLINE_VOICE": "browser"}, "browser", "telephone: browsers (HOTLINE_VOICE)"),
        (TWILIO, "twilio", "telephone: Twilio Voice (TWILIO_* settings); operators on tested telephones"),
        (
            {**TWILIO, "TWILIO_API_KEY": "SK1", "TWILIO_API_SECRET": "s"},
            "twilio",
            "telephone: Twilio Voice (TWILIO_* settings); operators in browsers",
        ),
        ({**TWILIO, "HOTLINE_VOICE": "browser"}, "browser", "telephone: browsers (HOTLINE_VOICE)"),
        (
            {**OWN, "HOTLINE_VOICE": "compatible"},
            "compatible",
            "telephone: a Twilio-compatible server at http://10.0.0.5 (HOTLINE_VOICE); operators on tested telephones",
        ),
        (
            {**OWN, "HOTLINE_VOICE": "compatible", "HOTLINE_SIP_DOMAIN": "pbx.county.cn:5060"},
            "compatible",
            "telephone: a Twilio-compatible server at http://10.0.0.5 (HOTLINE_VOICE); lines inside at pbx.county.cn:5060",
        ),
    ],
)
def test_the_doctor_says_what_carries_calls_and_why(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], carrier: str, said: str
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    settings = load_settings()
    assert settings.voice_carrier == carrier
    ((good, sentence),) = telephone(settings)
    assert good
    assert sentence.startswith(said)


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({"HOTLINE_VOICE": "twilio"}, "HOTLINE_VOICE twilio needs TWILIO_ACCOUNT_SID"),
        ({"HOTLINE_VOICE": "compatible"}, "HOTLINE_VOICE compatible needs TWILIO_ACCOUNT_SID"),
        ({**TWILIO, "HOTLINE_VOICE": "compatible"}, "HOTLINE_VOICE compatible needs TWILIO_API_URL"),
        ({"HOTLINE_VOICE": "pigeon"}, "HOTLINE_VOICE"),
        ({**TWILIO, "TWILIO_API_KEY": "SK1"}, "TWILIO_API_KEY and TWILIO_API_SECRET go together"),
        ({"HOTLINE_SIP_DOMAIN": "sip:pbx.cn"}, "HOTLINE_SIP_DOMAIN must be a host"),
        ({"HOTLINE_SIP_DOMAIN": "pbx cn"}, "HOTLINE_SIP_DOMAIN must be a host"),
    ],
)
def test_a_telephone_that_cannot_be_is_refused(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], refused: str
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=refused.replace("*", r"\*")):
        load_settings()
