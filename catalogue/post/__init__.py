"""Post: the only room that knows smtplib and email. It hands one message at a time to a mail server."""
