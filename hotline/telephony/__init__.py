"""The line to the outside: provider, Twilio, simulator, webhooks."""
