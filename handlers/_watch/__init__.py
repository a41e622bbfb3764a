"""Standing questions that wait for something: what they measure, when they fire, what they say."""
