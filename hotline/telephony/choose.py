"""Which carriers: Twilio where its settings are, else the simulator; and what carries calls (contract.md, HOTLINE_VOICE)."""

from __future__ import annotations

from collections.abc import Mapping

from hotline.base.config import Settings
from hotline.base.provider import Provider
from hotline.base.services import Carrier, Services
from hotline.calls.call import CarrierName
from hotline.telephony.browser_line import BrowserLine
from hotline.telephony.compatible_voice import CompatibleVoice
from hotline.telephony.simulator import Simulator
from hotline.telephony.twilio import Twilio
from hotline.telephony.twilio_voice import TwilioVoice


def provider_of(settings: Settings) -> Provider:
    """The provider that the settings name."""
    return Twilio(settings) if settings.has_twilio else Simulator()


def carriers_of(settings: Settings) -> Mapping[str, Carrier]:
    """What carries calls, by `CarrierName`: each a `hotline.calls.carrier.VoiceCarrier`.

    Browsers always; beside them calls that come by webhook go one way: Twilio's, or that of a Twilio-compatible server, also where the simulator posts them.
    """
    outside = TwilioVoice(settings) if settings.voice_carrier == "twilio" else CompatibleVoice(settings)
    return {CarrierName.BROWSER: BrowserLine(settings), outside.name: outside}


def by_webhook(services: Services) -> CarrierName:
    """The carrier whose calls come by webhook."""
    return CarrierName.TWILIO if CarrierName.TWILIO in services.carriers else CarrierName.COMPATIBLE
