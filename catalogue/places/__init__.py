"""Places: gemeenten, regions, distance, work areas and geocoding; the only room that knows geopy."""
