"""A lasting room: its choices, its link, who organises it; and what a meeting there would allow."""
