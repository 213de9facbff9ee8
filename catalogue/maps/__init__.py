"""The map: the only room that knows folium. It renders a shell; the points come from our own address."""
