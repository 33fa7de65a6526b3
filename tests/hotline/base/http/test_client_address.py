"""The client's address behind reverse proxies: what a proxy of ours says is believed, what the client writes is not."""

from __future__ import annotations

import pytest

from hotline.base.config import Settings, SettingsError, load_settings, networks
from hotline.base.http.client_address import client_address

HERE, FARM = "127.0.0.1 ::1", "127.0.0.1, 10.0.0.0/8"


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "meant"),
    [
        ("203.0.113.9", [], HERE, "203.0.113.9"),  # no proxy at all
        ("203.0.113.9", ["198.51.100.1"], HERE, "203.0.113.9"),  # a client that calls itself another
        ("127.0.0.1", ["203.0.113.9"], HERE, "203.0.113.9"),
        ("::1", ["203.0.113.9"], HERE, "203.0.113.9"),
        ("::ffff:127.0.0.1", ["203.0.113.9"], HERE, "203.0.113.9"),  # a socket of both families
        ("127.0.0.1", ["198.51.100.1, 203.0.113.9"], HERE, "203.0.113.9"),  # the left one is the client's own word
        ("127.0.0.1", ["198.51.100.1", "203.0.113.9"], HERE, "203.0.113.9"),  # the same in two lines
        ("127.0.0.1", ["127.0.0.1, 203.0.113.9"], HERE, "203.0.113.9"),
        ("127.0.0.1", ["203.0.113.9, 10.1.2.3"], FARM, "203.0.113.9"),  # two proxies of ours
        ("127.0.0.1", ["203.0.113.9, 10.1.2.3"], HERE, "10.1.2.3"),  # the second is none of ours here
        ("10.1.2.3", ["203.0.113.9"], HERE, "10.1.2.3"),
        ("127.0.0.1", ["2001:db8::7"], HERE, "2001:db8::7"),
        ("127.0.0.1", ["[2001:db8::7]"], HERE, "2001:db8::7"),
        ("127.0.0.1", ["fe80::1%eth0"], HERE, "fe80::1"),
        ("127.0.0.1", [" 203.0.113.9 "], HERE, "203.0.113.9"),
        ("127.0.0.1", ["unknown"], HERE, "127.0.0.1"),
        ("127.0.0.1", ["203.0.113.9, 中文"], HERE, "127.0.0.1"),  # what is no address ends the reading
        ("127.0.0.1", ["203.0.113.9:4711"], HERE, "127.0.0.1"),
        ("127.0.0.1", [""], HERE, "127.0.0.1"),
        ("127.0.0.1", [","], HERE, "127.0.0.1"),
        ("127.0.0.1", ["127.0.0.1"], HERE, "127.0.0.1"),
        ("127.0.0.1", ["203.0.113.9"], "10.0.0.0/8", "127.0.0.1"),  # a setting without this machine
        ("", ["203.0.113.9"], HERE, ""),  # a closed connection has no address
        ("unix:", ["203.0.113.9"], HERE, "unix:"),
    ],
)
def test_the_clients_address(peer: str, forwarded: list[str], proxies: str, meant: str) -> None:
    assert client_address(peer, forwarded, networks(proxies)) == meant


@pytest.mark.parametrize("value", ["nginx", "10.0.0.0/33", "127.0.0.1/8 x", "10.0.0.1/8"])
def test_a_setting_that_is_no_network_is_refused_by_name(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_PROXIES", value)
    with pytest.raises(SettingsError, match="HOTLINE_PROXIES"):
        load_settings()


def test_without_the_setting_a_proxy_on_this_machine_is_believed() -> None:
    assert [str(net) for net in Settings(_env_file=None).proxy_networks] == ["127.0.0.1/32", "::1/128"]  # type: ignore[call-arg]
