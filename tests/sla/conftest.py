"""Fixtures of the promise."""

from __future__ import annotations

import pytest

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn
from hotline.base.services import Services
from tests.sla.desk import Desk


@pytest.fixture
async def desk(conn: Conn, services: Services, clock: MovingClock) -> Desk:
    return await Desk(conn, services, clock).fill()
