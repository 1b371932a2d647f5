"""The plans, as data, and their strict loader."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any
from unicodedata import normalize

from townreturn import forms
from townreturn.domain.approval import weigh
from townreturn.domain.errors import ConfigurationFault
from townreturn.domain.form import Form
from townreturn.domain.kept_file import FileKind, KeptFile
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.plan_book import PlanBook
from townreturn.domain.superior import SuperiorTemplate
from townreturn.forms import load_form, load_kept_form
from townreturn.plans.accounts import refuse_bad_accounts, refuse_operating_approvers
from townreturn.plans.areas import refuse_bad_areas
from townreturn.plans.beside import ReadBeside, among_kept, in_folder
from townreturn.plans.calendar import refuse_bad_times, with_working_days
from townreturn.plans.duties import refuse_bad_duties
from townreturn.plans.finding import PACKAGED, path_of, plan_paths, town_in
from townreturn.plans.succession import refuse_bad_succession, refuse_levels_apart, refuse_misfits
from townreturn.plans.towns import refuse_alike_towns
from townreturn.plans.word_template import KEY, read_word_template
from townreturn.strict_yaml import Location, Stamp, StrictDocument, stamp_of, without
from townreturn.wording import say

__all__ = ["PACKAGED", "books_of_towns", "load_kept_plan", "load_plan", "load_plan_book", "load_plan_books"]
_SUPERIOR = "superior_template"
_LONGEST_WINDOW = 1200
"""In months: a century is as good as for ever, and no period lies beyond what can be named."""
_Stamps = tuple[Stamp | None, ...]
_loaded: dict[Path, tuple[_Stamps, Plan]] = {}
"""Plans that this process has loaded, and how their files were then."""


def load_plan_books(names: Iterable[str]) -> tuple[PlanBook, ...]:
    """The plans of every town among the names, a book each, in the order of town codes; see ``load_plan_book``.

    Raises ConfigurationFault besides when two levels' periods end apart, or, among several towns, somebody approves
    for one and operates for one.
    """
    books = tuple(load_plan_book(map(str, paths)) for paths in books_of_towns(names).values())
    refuse_levels_apart(books)
    if len(books) > 1:
        refuse_operating_approvers(books)
    return books


def books_of_towns(names: Iterable[str]) -> dict[str, tuple[Path, ...]]:
    """Town code → the files of its plans, in the order of the codes; those of other towns need not be loaded.

    A name is a packaged code, a path to a YAML file, or a folder, of which it means every plan directly in it.
    Raises ConfigurationFault for a folder without plans, and among several towns for a code that can be no folder's
    or falls together with another's, and for two towns whose plans have one code.
    """
    found: dict[str, list[Path]] = {}
    for path in plan_paths(names):
        found.setdefault(town_in(path) or load_plan(str(path)).town_code, []).append(path)
    if len(found) > 1:
        refuse_alike_towns(found)
    return {town: tuple(found[town]) for town in sorted(found)}


def load_plan_book(names: Iterable[str]) -> PlanBook:
    """The plans of one town, each named as for ``books_of_towns``.

    Raises ConfigurationFault when a file is wrong, towns or levels differ, validities overlap, or a later plan
    does not fit those before it: see ``succession``.
    """
    plans = sorted((load_plan(str(path)) for path in plan_paths(names)), key=lambda plan: plan.validity.first)
    for earlier, later in pairwise(plans):
        if earlier.town_code != later.town_code:
            raise ConfigurationFault("PLANS_OF_TWO_TOWNS", first=earlier.code, second=later.code)
        if earlier.level is not later.level:
            raise ConfigurationFault("PLANS_OF_TWO_LEVELS", first=earlier.code, second=later.code)
        if Period(earlier.validity.last) >= Period(later.validity.first):
            raise ConfigurationFault("PLANS_OVERLAP", first=earlier.code, second=later.code)
    refuse_misfits(plans)
    return PlanBook(tuple(plans))


def load_plan(name: str) -> Plan:
    """One plan. What is odd in its source but harmless is kept in ``notes`` and reported.

    Read once a process, for as long as its files stay as they are: a step of one town, and one of all towns,
    costs no more than a look at each of them.
    """
    path = path_of(name)
    stamps, plan = _loaded.get(path.absolute(), ((), None))
    if plan is None or stamps != _stamps(path, plan):
        plan = _read(StrictDocument(path), lambda form: load_form(form, path.parent), in_folder(path.parent))
        _loaded[path.absolute()] = _stamps(path, plan), plan
    return plan


def _stamps(path: Path, plan: Plan) -> _Stamps:
    """Of the plan's file and of whatever it names; a form may lie beside it or be the package's own."""
    beside = [path.parent / one.name for one in plan.files if one.kind is not FileKind.PLAN]
    packaged = forms.PACKAGED / plan.form.file.name if plan.form.file else path
    return tuple(stamp_of(one) for one in (path, packaged, *beside))


def load_kept_plan(plan: KeptFile, form: KeptFile, beside: Sequence[KeptFile] = ()) -> Plan:
    """The plan in the bytes of its file and of those it names, as they were kept; raises ConfigurationFault."""
    document = StrictDocument(Path(plan.name), plan.content)
    return _read(document, lambda _: load_kept_form(form), among_kept(beside))


def _read(document: StrictDocument, read_form: Callable[[str], Form], read: ReadBeside) -> Plan:
    data = dict(document.data) if isinstance(document.data, dict) else {}
    notes = _count_cooperating_once(data)
    plain, working_days_file = with_working_days(document, without(data, "form", "notes", _SUPERIOR, KEY), read)
    if not isinstance(data.get("form"), str):
        document.fail(("form",), "CONFIG_MISSING_KEY", detail="form")
    plan = document.read(Plan, {**plain, "form": read_form(data["form"]), "notes": notes})
    _refuse_faults(document, plan)
    superior = _read_superior(document, plan, read, data[_SUPERIOR]) if _SUPERIOR in data else None
    # Not keys of the file, so that the constructor refuses them there.
    object.__setattr__(plan, "file", KeptFile(FileKind.PLAN, document.path.name, document.content))
    object.__setattr__(plan, "working_days_file", working_days_file)
    object.__setattr__(plan, "superior_template", superior)
    object.__setattr__(plan, "word_template", read_word_template(document, data, read))
    return plan


def _read_superior(document: StrictDocument, plan: Plan, read: ReadBeside, name: object) -> SuperiorTemplate:
    """Imported when a plan names one: the editor of workbooks would be loaded with every DAG file."""
    from townreturn.plans.superior import load_superior_template

    return load_superior_template(document, (_SUPERIOR,), plan, read, name)


def _refuse_faults(document: StrictDocument, plan: Plan) -> None:
    _refuse_duplicates(document, plan)
    _refuse_dangling(document, plan)
    _refuse_unreported(document, plan)
    _refuse_own_superior(document, plan)
    refuse_bad_times(document, plan)
    _refuse_too_few_approvers(document, plan)
    _refuse_bad_corrections(document, plan)
    refuse_bad_duties(document, plan)
    refuse_bad_areas(document, plan)
    refuse_bad_succession(document, plan)
    refuse_bad_accounts(document, plan)


def _count_cooperating_once(data: dict[str, Any]) -> tuple[str, ...]:
    """Drop repeated co-operating units in place; each is named in a note, never silently lost."""
    units = [unit for unit in data.get("units") or [] if isinstance(unit, dict)]
    names = {str(unit.get("code")): unit.get("name") for unit in units}
    notes = []
    for category in data.get("categories") or []:
        listed = category.get("cooperating") if isinstance(category, dict) else None
        if not isinstance(listed, list) or not all(isinstance(code, str) for code in listed):
            continue
        for code, count in Counter(listed).items():
            if count > 1:
                unit = names.get(code) or code
                notes.append(say("PLAN_UNIT_LISTED_TWICE", category=category.get("name"), unit=unit, count=count))
        category["cooperating"] = list(dict.fromkeys(listed))
    return tuple(notes)


def _refuse_duplicates(document: StrictDocument, plan: Plan) -> None:
    for key, attributes in (
        ("units", ("code", "name")),
        ("categories", ("code", "number", "name")),
        ("approvers", ("account", "name")),
        ("recipients", ("name",)),
    ):
        for attribute in attributes:
            seen: set[Any] = set()
            for row, one in enumerate(getattr(plan, key)):
                value = getattr(one, attribute)
                # 张三 and 张 三 are one person, and no unit or category is told from another by a space.
                plain = "".join(normalize("NFKC", value).split()) if isinstance(value, str) else value
                if plain in seen:
                    document.fail((key, row, attribute), "CONFIG_DUPLICATE", value=value)
                seen.add(plain)


def _references(plan: Plan) -> list[tuple[Location, str, set[str]]]:
    units, categories = set(plan.unit_by_code), set(plan.category_by_code)
    references: list[tuple[Location, str, set[str]]] = [(("coordinating_unit",), plan.coordinating_unit, units)]
    for row, category in enumerate(plan.categories):
        references += [(("categories", row, "lead"), category.lead, units)] if category.lead else []
        for column, code in enumerate(category.cooperating):
            references.append((("categories", row, "cooperating", column), code, units))
    references += [(("approvers", row, "unit"), one.unit, units) for row, one in enumerate(plan.approvers) if one.unit]
    for row, area in enumerate(plan.key_areas):
        references += [(("key_areas", row, "unit"), area.unit, units)] if area.unit else []
        references += [(("key_areas", row, "category"), area.category, categories)] if area.category else []
    references += [(("form",), category, categories) for category in plan.form.extras]
    return references


def _refuse_dangling(document: StrictDocument, plan: Plan) -> None:
    for place, code, known in _references(plan):
        if code not in known:
            document.fail(place, "CONFIG_DANGLING", value=code)


def _refuse_unreported(document: StrictDocument, plan: Plan) -> None:
    """A category that nobody reports: no lead unit is named, and there is no subordinate."""
    for row, category in enumerate(plan.categories):
        if not plan.units_reporting(category.code):
            document.fail(("categories", row), "CONFIG_BAD_VALUE", detail=say("CATEGORY_WITHOUT_UNIT"))


def _refuse_own_superior(document: StrictDocument, plan: Plan) -> None:
    if plan.reports_to == plan.town_code:
        document.fail(("reports_to",), "CONFIG_BAD_VALUE", detail=say("REPORTS_TO_ITSELF", value=plan.reports_to))


def _refuse_too_few_approvers(document: StrictDocument, plan: Plan) -> None:
    """Somebody free of conflict for every category, and as many as have to approve."""
    if not 1 <= plan.approvals_required <= len(plan.approvers):
        detail = say("APPROVALS_RANGE", count=len(plan.approvers))
        document.fail(("approvals_required",), "CONFIG_BAD_VALUE", detail=detail)
    makers = dict.fromkeys(plan.slots, "")
    for category in weigh(plan, makers, [one.account for one in plan.approvers]).uncovered:
        heading = plan.category_by_code[category].heading
        document.fail(("approvers",), "CONFIG_BAD_VALUE", detail=say("CATEGORY_WITHOUT_APPROVER", category=heading))


def _refuse_bad_corrections(document: StrictDocument, plan: Plan) -> None:
    policy = plan.corrections
    if not 0 <= policy.window_months <= _LONGEST_WINDOW:
        detail = say("WINDOW_RANGE", most=_LONGEST_WINDOW, value=policy.window_months)
        document.fail(("corrections", "window_months"), "CONFIG_BAD_VALUE", detail=detail)
    if policy.materiality_pct < 0:
        detail = say("BELOW_ZERO", value=policy.materiality_pct)
        document.fail(("corrections", "materiality_pct"), "CONFIG_BAD_VALUE", detail=detail)
