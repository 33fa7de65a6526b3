"""The hotline: the phone rings, and a contact becomes a ticket with an owner."""
