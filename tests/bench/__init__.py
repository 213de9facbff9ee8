"""Measurements: `make bench`. Ratios within one run count; absolute times are those of the machine."""
