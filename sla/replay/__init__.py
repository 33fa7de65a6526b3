"""Past requests driven through the real use cases on a moving clock (`replay`, contract.md)."""
