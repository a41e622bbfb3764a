"""Pictures of answers; the only place that draws."""
