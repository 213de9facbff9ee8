"""Relevance, measured: questions with what answers them, asked to the catalogue and to two plain engines."""
