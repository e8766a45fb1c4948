"""Drafts read as a careful colleague would read them, before a person posts them: pure, values in, findings out."""
