"""A call centre for each test, whose program has the double as its only carrier."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hotline.base.clock import MovingClock
from hotline.base.config import Settings
from hotline.base.db.connection import Pool
from hotline.base.keys import Keys
from hotline.base.services import Services
from main import build_services
from tests.hotline.calls.centre import CallCentre, CarrierDouble


@pytest.fixture
def carrier() -> CarrierDouble:
    return CarrierDouble()


@pytest.fixture
def services(settings: Settings, keys: Keys, clock: MovingClock, carrier: CarrierDouble) -> Services:
    return replace(build_services(settings, keys, clock), carriers={carrier.name: carrier})


@pytest.fixture
def centre(pool: Pool, services: Services, clock: MovingClock, carrier: CarrierDouble) -> CallCentre:
    return CallCentre(pool, services, clock, carrier)
