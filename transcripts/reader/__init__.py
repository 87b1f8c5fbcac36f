"""The page of minutes as it is read: parts of its lines, who spoke how long, the words of a line, its waveform."""
