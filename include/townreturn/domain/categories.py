"""Which category a person means: by its code, number, name or heading."""

from unicodedata import normalize

from townreturn.domain.errors import Misuse
from townreturn.domain.plan import Plan
from townreturn.wording import say


def find_category(plan: Plan, text: str, *others: str) -> str:
    """The code. Misuse lists what there is, and ``others`` that could have been named as well."""
    wanted = _plain(text)
    for one in plan.categories:
        if wanted in map(_plain, (one.code, str(one.number), one.name, one.heading)):
            return one.code
    raise unknown_category(plan, text, *others)


def unknown_category(plan: Plan, text: str, *others: str) -> Misuse:
    """What is said of a category that the plan does not have."""
    names = (*(f"{one.heading}（{one.code}）" for one in plan.categories), *others)
    return Misuse("CATEGORY_UNKNOWN", value=text, names=say("LIST_SEPARATOR").join(names))


def _plain(text: str) -> str:
    """Full width or not, spaced or not."""
    return "".join(normalize("NFKC", text).split()).casefold()
