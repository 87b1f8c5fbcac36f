"""What lists of the administration cost with a million rows: few queries, and a moment."""
