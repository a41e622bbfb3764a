"""Delivers what nobody asked for just now: digests, alerts and notices from the outbox."""
