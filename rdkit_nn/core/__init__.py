"""What everything else builds on: parameters, expressions, random numbers."""
