"""Everything that an answer says, computed from a common past: one study a question."""
