"""Requests of persons, from the letter to the proof: found, exported, corrected, set aside, erased, answered."""
