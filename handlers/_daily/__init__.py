"""Digests that come once a day: what they ask, when they are due, where they are kept."""
