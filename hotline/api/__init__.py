"""/api/v1, described by its own OpenAPI."""
