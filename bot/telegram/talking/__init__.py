"""From an update to its answer: who asks what where, may they, and what they are told."""
