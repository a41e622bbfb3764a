"""From the text of a question to its reply, by whatever door it came."""
