"""Numbers from arrays of returns, each with its interval."""
