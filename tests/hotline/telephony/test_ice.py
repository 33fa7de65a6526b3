"""Servers by which browsers reach each other, and credentials that run out."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import timedelta

import pytest

from hotline.base.config import Settings, SettingsError, load_settings
from hotline.telephony.ice import LASTS, ice_servers
from tests.conftest import NOON

SECRET = "a secret that coturn knows too"


def settings(**more: str) -> Settings:
    return Settings(_env_file=None, **more)  # type: ignore[call-arg, arg-type]


def test_without_settings_browsers_look_in_their_own_network() -> None:
    assert ice_servers(settings(), "user-1", NOON) == []


def test_credentials_are_those_of_coturns_shared_secret() -> None:
    named = settings(
        HOTLINE_STUN="stun:turn.example.cn:3478",
        HOTLINE_TURN="turn:turn.example.cn:3478, turns:turn.example.cn:5349?transport=tcp",
        HOTLINE_TURN_SECRET=SECRET,
    )
    stun, turn = ice_servers(named, "user-7", NOON)
    assert stun.urls == ["stun:turn.example.cn:3478"]
    assert turn.urls == ["turn:turn.example.cn:3478", "turns:turn.example.cn:5349?transport=tcp"]
    until, _, who = turn.username.partition(":")
    assert (int(until), who) == (int((NOON + LASTS).timestamp()), "user-7")
    wanted = hmac.new(SECRET.encode(), turn.username.encode(), hashlib.sha1).digest()
    assert turn.credential == base64.b64encode(wanted).decode()
    assert ice_servers(named, "user-7", NOON + timedelta(seconds=1))[1].username != turn.username


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"HOTLINE_STUN": "turn.example.cn:3478"}, "HOTLINE_STUN"),
        ({"HOTLINE_STUN": "stun:"}, "HOTLINE_STUN"),
        ({"HOTLINE_TURN": "stun:turn.example.cn:3478", "HOTLINE_TURN_SECRET": SECRET}, "HOTLINE_TURN"),
        ({"HOTLINE_TURN": "turn:turn.example.cn:3478"}, "HOTLINE_TURN_SECRET"),
        ({"HOTLINE_TURN_SECRET": SECRET}, "HOTLINE_TURN"),
    ],
)
def test_wrong_settings_are_named(more: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in more.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=said):
        load_settings()
