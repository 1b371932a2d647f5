"""One job of the mail-reading child: a path → what the mail there says, as MessagePack."""

import os
from pathlib import Path

import msgspec

from townreturn.intake.mails import MAIL_BYTES, read_mail

_ENCODER = msgspec.msgpack.Encoder()


def answer(job: bytes) -> bytes:
    """``whole:`` or ``head:`` and a path → a ``ReadMail``."""
    mode, _, path = job.partition(b":")
    with Path(os.fsdecode(path)).open("rb") as file:
        content = file.read(MAIL_BYTES + 1)
    return _ENCODER.encode(read_mail(content, is_whole=mode == b"whole"))
