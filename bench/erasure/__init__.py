"""How long it takes to erase one person, among few lines and among many."""
