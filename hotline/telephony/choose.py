"""Which carrier: Twilio where its settings are, else the simulator."""

from __future__ import annotations

from hotline.base.config import Settings
from hotline.base.provider import Provider
from hotline.telephony.simulator import Simulator
from hotline.telephony.twilio import Twilio


def provider_of(settings: Settings) -> Provider:
    """The provider that the settings name."""
    return Twilio(settings) if settings.has_twilio else Simulator()
