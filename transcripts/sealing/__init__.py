"""What approval proves: a chain of digests from the recorded tracks to the text, signed; and how to check it."""
