"""Telephony: Twilio and the simulator as providers, webhooks, voice calls, pictures."""
