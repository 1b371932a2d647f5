"""The ways out: the channels that ``TOWNRETURN_CHANNELS`` names, and the folder for what mail does not carry."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from townreturn.domain.errors import ConfigurationFault
from towns import SETTINGS

if TYPE_CHECKING:
    from townreturn.domain.message import Channel
    from townreturn.office import Office


@contextmanager
def open_channels(office: "Office") -> Iterator[list["Channel"]]:
    """Open channels for one run, the folder last; those that have a ``close`` are closed after it.

    A channel is a file ``plugins/channel_<name>.py`` with a function ``open_channel``, which gives
    None where it is not set up. Raises ConfigurationFault for a name that is none.
    """
    from townreturn.messaging.folder import FolderChannel

    named = [one for one in map(_open, dict.fromkeys(SETTINGS.channels)) if one is not None]
    mail = next((one for one in named if one.name == "mail"), None)
    try:
        yield [*named, FolderChannel(office.outbox, mail)]
    finally:
        for one in named:
            getattr(one, "close", lambda: None)()


def _open(name: str) -> "Channel | None":
    module = f"channel_{name}"
    if not name.isidentifier() or find_spec(module) is None:
        raise ConfigurationFault("CHANNEL_UNKNOWN", name=name, file=f"plugins/{module}.py")
    channel: Channel | None = import_module(module).open_channel()
    if channel is not None and channel.name != name:
        raise ConfigurationFault("CHANNEL_MISNAMED", name=name, file=f"plugins/{module}.py", other=channel.name)
    return channel
