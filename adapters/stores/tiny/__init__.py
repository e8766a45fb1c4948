"""The default store: one TinyDB file for each case, in a folder that a person can read."""

from adapters.stores.tiny.atomic import Unreadable
from adapters.stores.tiny.backup import back_up
from adapters.stores.tiny.store import TinyStore, open_store

__all__ = ["TinyStore", "Unreadable", "back_up", "open_store"]
