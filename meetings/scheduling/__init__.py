"""What is planned: rules of recurrence, and the verbs that change a series."""
