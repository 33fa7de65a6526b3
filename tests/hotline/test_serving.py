"""`serve` refuses what it could not listen on."""

from __future__ import annotations

from argparse import Namespace

import pytest

from hotline.base.command import CommandError
from hotline.base.config import Settings
from hotline.serving import _check


@pytest.mark.parametrize("port", [-1, 0, 65_536, 99_999])
def test_a_port_is_one_that_there_is(settings: Settings, port: int) -> None:
    with pytest.raises(CommandError, match="--port must be from 1 to 65535"):
        _check(Namespace(host="127.0.0.1", port=port, processes=1, demo=False), settings)


@pytest.mark.parametrize("port", [1, 65_535])
def test_the_first_and_the_last_port_are_taken(settings: Settings, port: int) -> None:
    _check(Namespace(host="127.0.0.1", port=port, processes=1, demo=False), settings)
