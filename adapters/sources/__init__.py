"""Where complaints come from, one file per system."""
