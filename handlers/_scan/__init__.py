"""What /scan says."""
