"""What a digest asks, fetches and says."""
