"""Who may read minutes, beside those who organised the meeting or were there: by name, by institution, by a link."""
