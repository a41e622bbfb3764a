"""What /hedge reads, says and shows, with one leg and with several."""
