"""The chain that shows what was changed in the trail by somebody whom the database obeys; and how it is read out."""
