"""What the demo shows: an invented brand, its committee and its customers."""
