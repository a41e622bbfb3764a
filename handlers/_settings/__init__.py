"""What a chat prefers: how it is said, and how it is shown."""
