"""The committee's room on Slack."""
