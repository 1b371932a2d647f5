"""Which of the files that came in somebody may see: all of them, or those of the own unit."""

from dataclasses import dataclass

from townreturn.store.arrivals import ArrivedFile


@dataclass(frozen=True)
class Reach:
    """``units`` by code, None for every one; what the ``account`` itself uploaded it may see, whoever's it is."""

    units: frozenset[str] | None
    account: str

    def covers_unit(self, unit: str) -> bool:
        return self.units is None or unit in self.units

    def covers(self, file: ArrivedFile) -> bool:
        return self.covers_unit(file.unit) or (bool(file.uploaded_by) and file.uploaded_by == self.account)


EVERYTHING = Reach(None, "")
