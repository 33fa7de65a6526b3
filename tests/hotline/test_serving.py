"""`serve` refuses what it could not listen on."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

import pytest

from hotline.base.command import CommandError
from hotline.base.config import Settings
from hotline.serving import _check, _seen_at


@pytest.mark.parametrize("port", [-1, 0, 65_536, 99_999])
def test_a_port_is_one_that_there_is(settings: Settings, port: int) -> None:
    with pytest.raises(CommandError, match="--port must be from 1 to 65535"):
        _check(Namespace(host="127.0.0.1", port=port, processes=1, demo=False), settings)


@pytest.mark.parametrize("port", [1, 65_535])
def test_the_first_and_the_last_port_are_taken(settings: Settings, port: int) -> None:
    _check(Namespace(host="127.0.0.1", port=port, processes=1, demo=False), settings)


@pytest.mark.parametrize(
    ("host", "port", "url"),
    [
        ("127.0.0.1", 1990, "http://127.0.0.1:1990"),
        ("::1", 1990, "http://[::1]:1990"),
        ("0.0.0.0", 1990, "http://127.0.0.1:1890"),
    ],
)
def test_on_ones_own_machine_the_address_follows_the_port(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str, port: int, url: str
) -> None:
    monkeypatch.delenv("HOTLINE_PUBLIC_URL", raising=False)
    settings = Settings(_env_file=None, HOTLINE_DATA=tmp_path)  # type: ignore[call-arg]
    assert _seen_at(Namespace(host=host, port=port), settings).public_url == url


def test_an_address_that_is_set_stays(tmp_path: Path) -> None:
    url = "http://localhost:8080"
    settings = Settings(_env_file=None, HOTLINE_DATA=tmp_path, HOTLINE_PUBLIC_URL=url)  # type: ignore[call-arg]
    assert _seen_at(Namespace(host="127.0.0.1", port=1990), settings).public_url == url
