"""Recordings that agents bring: from a dictaphone, from another product. They become meetings with minutes."""
