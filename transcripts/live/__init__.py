"""Live captions: the process beside each Janus that hears who speaks, and says it in writing at once."""
