"""Messages as mails: written out whole once, the same bytes whichever way they go."""

from townreturn.messaging.mail import MailFrame, write_letter
from townreturn.messaging.reading import attachments_of, sender_of, text_of, with_sender

__all__ = ["MailFrame", "attachments_of", "sender_of", "text_of", "with_sender", "write_letter"]
