"""What /size says."""
