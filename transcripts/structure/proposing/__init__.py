"""Drafts that a machine makes: sentences chosen here, or a language model of the State's. Nothing is inferred."""
