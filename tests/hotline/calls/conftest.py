"""A call centre for each test."""

from __future__ import annotations

import pytest

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Pool
from hotline.base.services import Services
from tests.hotline.calls.centre import CallCentre, CarrierDouble


@pytest.fixture
def carrier() -> CarrierDouble:
    return CarrierDouble()


@pytest.fixture
def centre(pool: Pool, services: Services, clock: MovingClock, carrier: CarrierDouble) -> CallCentre:
    return CallCentre(pool, services, clock, carrier)
