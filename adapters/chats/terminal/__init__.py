"""The room in a terminal: plain text for stories, and a Textual screen for people."""
