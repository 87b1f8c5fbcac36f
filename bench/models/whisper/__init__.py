"""The demonstration recogniser: a small Whisper, trained from nothing on voices of espeak-ng."""
