"""The key areas that a plan names: each once, and of a nature that the form knows."""

from townreturn.domain.areas import NATURE, SECTION, area_key
from townreturn.domain.form import Form
from townreturn.domain.plan import Plan
from townreturn.strict_yaml import StrictDocument
from townreturn.wording import say


def refuse_bad_areas(document: StrictDocument, plan: Plan) -> None:
    """Raises ConfigurationFault naming the key."""
    seen: set[tuple[str, str, str]] = set()
    natures = _natures(plan.form)
    for row, one in enumerate(plan.key_areas):
        identity = (area_key(one.name), one.category, one.unit)
        if not identity[0]:
            document.fail(("key_areas", row, "name"), "CONFIG_BAD_VALUE", detail=say("KEY_AREA_NAMELESS"))
        if identity in seen:
            document.fail(("key_areas", row, "name"), "CONFIG_DUPLICATE", value=one.name)
        if one.nature and natures and one.nature not in natures:
            detail = say("KEY_AREA_NATURES", natures=say("LIST_SEPARATOR").join(natures))
            document.fail(("key_areas", row, "nature"), "CONFIG_BAD_VALUE", detail=detail)
        seen.add(identity)


def _natures(form: Form) -> tuple[str, ...]:
    """What units may choose from; nothing where the form does not ask."""
    fields = (field for section in form.sections if section.code == SECTION for field in section.fields)
    return next((field.choices for field in fields if field.code == NATURE), ())
