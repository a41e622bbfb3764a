"""What /break says and shows, of a pair and of a group."""
