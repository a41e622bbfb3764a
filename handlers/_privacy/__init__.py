"""What is kept of a chat, in plain words."""
