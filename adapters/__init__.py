"""The edges: chats, sources of complaints, and stores. Kinds never import each other."""
