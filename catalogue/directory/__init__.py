"""The directory: find and show organisations."""
