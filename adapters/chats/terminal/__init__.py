"""The room in a terminal: plain text for stories, and a Textual screen for people."""

from adapters.chats.terminal.chat import TerminalChat

__all__ = ["TerminalChat"]
