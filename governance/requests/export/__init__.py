"""What is kept about a person, in one ZIP: data for machines, a page for people, their own voice. See docs/dpo.md."""
