"""How the demonstration models are made: from synthetic speech alone, seeded. See README.md."""
