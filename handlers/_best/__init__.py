"""What /best says and shows."""
