"""The clause room: thresholds, instruments, effort, advice and text. Pure: no request, no database."""
