"""Tables, repositories and migrations; the only place that speaks SQL."""
