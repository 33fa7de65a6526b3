"""The pages where people work."""
