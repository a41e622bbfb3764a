"""Receives updates durably and delivers replies at most once."""
