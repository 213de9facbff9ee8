"""The API: the same catalogue in JSON, read-only."""

# Lists of words change rarely; a program may keep them for so many seconds.
KEEP = 300
