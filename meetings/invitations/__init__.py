"""Who is asked to a meeting: mails, calendar files, answers, the link of each."""
