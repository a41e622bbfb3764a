"""What /carry says and shows."""
