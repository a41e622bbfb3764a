"""What /alerts reads, shows and changes."""
