"""What /lead reads, says and shows."""
