"""What the tests of backups share."""

from collections.abc import Callable
from datetime import datetime

from townreturn.settings import Settings

NOW = datetime.fromisoformat("2018-03-02T09:00:00+08:00")
Place = Callable[..., Settings]
"""``place(engine)``: settings of an office that does not exist yet, with a database without tables."""
