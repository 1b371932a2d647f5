"""The channel ``folder``: letters as .eml files in the outbox, for the clerk to look at or to forward."""

import hashlib
import re
from email.parser import BytesHeaderParser
from email.policy import SMTP
from pathlib import Path

from upath import UPath

from townreturn.domain.errors import StoreRefused
from townreturn.domain.message import Channel, Letter, Undelivered
from townreturn.files import write_whole
from townreturn.foreign_text import one_line
from townreturn.places import asking, is_local, make_folder

FOLDER = "mail"
_UNFIT_FOR_A_NAME = re.compile(r'[\\/:*?"<>|\s]+')
"""What a path cannot bear, or Windows, where clerks will open it."""


class FolderChannel:
    """Writes letters under ``<outbox>/mail``: those without an address, and all when ``mail`` is not there."""

    name = "folder"
    is_repeatable = True

    def __init__(self, outbox: UPath, mail: Channel | None) -> None:
        self._outbox = outbox
        self._mail = mail

    def carries(self, letter: Letter) -> bool:
        return self._mail is None or not self._mail.carries(letter)

    def deliver(self, letter: Letter) -> None:
        """The whole file or none; a second time it is the same one."""
        try:
            _write(self.place_of(letter), letter.content)
        except (OSError, StoreRefused) as fault:
            raise Undelivered(str(fault), is_final=False) from fault

    def place_of(self, letter: Letter) -> UPath:
        """``mail/2018-03/20180326T090000_opening_镇住建局_ab12cd34.eml``: by the town's time of writing."""
        folder = self._outbox / FOLDER / (letter.period or "no-period")
        return folder / f"{_written(letter)}_{letter.kind}_{_fit(letter.addressee)}_{_digits(letter)}.eml"


def _write(place: UPath, content: bytes) -> None:
    if is_local(place):
        write_whole(Path(place.path), content)
        return
    make_folder(place.parent)
    with asking(place):
        place.fs.pipe_file(place.path, content)  # object stores show an object when it is whole


def _written(letter: Letter) -> str:
    return f"{BytesHeaderParser(policy=SMTP).parsebytes(letter.content)['Date'].datetime:%Y%m%dT%H%M%S}"


def _fit(addressee: str) -> str:
    return _UNFIT_FOR_A_NAME.sub("-", one_line(addressee))[:60]


def _digits(letter: Letter) -> str:
    return hashlib.sha256(letter.content).hexdigest()[:8]
