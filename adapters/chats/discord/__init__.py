"""The committee's room on Discord."""
