"""The return as it is printed: every text that people wrote without personal data, every figure as it is."""

from dataclasses import replace

from townreturn.domain.areas import NAME, NATURE, STATUS, AreaStatus
from townreturn.domain.obligation import Standing
from townreturn.domain.town_return import ReturnEntry, TownReturn
from townreturn.publishing.masking import mask_text


def mask_return(town_return: TownReturn) -> TownReturn:
    """For whatever is read; what is archived under the content hash is the return itself."""
    return replace(
        town_return,
        entries=tuple(map(_mask_entry, town_return.entries)),
        notes=tuple(replace(one, explanation=mask_text(one.explanation)) for one in town_return.notes),
        changes=tuple(replace(one, reason=mask_text(one.reason)) for one in town_return.changes),
        standings=tuple(map(_mask_standing, town_return.standings)),
        duties=tuple(map(_mask_standing, town_return.duties)),
        sources=tuple(replace(one, file_name=mask_text(one.file_name)) for one in town_return.sources),
        areas=tuple(map(_mask_area, town_return.areas)),
    )


def _mask_entry(entry: ReturnEntry) -> ReturnEntry:
    return replace(entry, values={field: mask_text(text) for field, text in entry.values.items()})


def _mask_area(area: AreaStatus) -> AreaStatus:
    texts = {
        field: mask_text(text) for field, text in ((NAME, area.name), (NATURE, area.nature), (STATUS, area.status))
    }
    return replace(area, **texts)


def _mask_standing(standing: Standing) -> Standing:
    return replace(standing, note=mask_text(standing.note))
