"""Live captions, seen from a meeting: who wants them, whose words may be shown, and what was said lately."""
