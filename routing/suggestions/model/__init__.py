"""A classifier trained on dispatches as they ended."""
