"""Which carriers: Twilio where its settings are, else the simulator; and what carries calls."""

from __future__ import annotations

from collections.abc import Mapping

from hotline.base.config import Settings
from hotline.base.provider import Provider
from hotline.base.services import Carrier
from hotline.calls.call import CarrierName
from hotline.telephony.browser_line import BrowserLine
from hotline.telephony.simulator import Simulator
from hotline.telephony.twilio import Twilio


def provider_of(settings: Settings) -> Provider:
    """The provider that the settings name."""
    return Twilio(settings) if settings.has_twilio else Simulator()


def carriers_of(settings: Settings) -> Mapping[str, Carrier]:
    """What carries calls, by `CarrierName`: each a `hotline.calls.carrier.VoiceCarrier`."""
    return {CarrierName.BROWSER: BrowserLine(settings)}
