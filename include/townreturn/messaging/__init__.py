"""Messages as mails: written out whole once, the same bytes whichever way they go."""

from townreturn.messaging.mail import MailFrame, write_letter

__all__ = ["MailFrame", "write_letter"]
