"""Exchange: entries in and out as files (CSV, XLSX, GeoJSON, JSON); it writes through curation only."""
