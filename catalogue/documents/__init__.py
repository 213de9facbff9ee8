"""Word files: the only room that knows docx. Blocks in, bytes out; it knows nothing of the site."""
