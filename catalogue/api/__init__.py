"""The API: the same catalogue in JSON, read-only."""
