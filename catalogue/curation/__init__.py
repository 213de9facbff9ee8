"""Curation: the only room that writes."""
