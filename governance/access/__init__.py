"""Reasoned access: no administrator reads what was said, but for a reason that those who said it see."""
