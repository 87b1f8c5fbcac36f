"""What is made of the tracks of a recording to be watched: levels, turns, composed videos, and their page."""
