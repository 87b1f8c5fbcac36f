"""Chapters, decisions, actions and open questions: written by people or proposed by machines, over the lines."""
