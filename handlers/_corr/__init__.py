"""What /corr says and shows, of a pair and of many."""
