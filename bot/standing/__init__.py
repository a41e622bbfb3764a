"""What happens without a question: digests at their time, alerts when something changed."""
