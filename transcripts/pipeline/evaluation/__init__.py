"""How good the minutes are, measured against recordings whose words are known."""
