"""How long a meeting is interrupted when the Janus node that holds it dies, with another one beside it."""
