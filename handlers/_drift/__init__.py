"""What /drift says."""
