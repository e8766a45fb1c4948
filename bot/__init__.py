"""Heard: a crisis committee's memory for public complaints, on Slack, Discord or a terminal."""

__version__ = "0.1.0"
