"""What "My meetings" costs an agent with 10, 1 000 and 100 000 meetings: it should not matter."""
