"""What /stress says."""
