"""The packaged plan with the city office's template beside it, in a folder of the test's."""

from pathlib import Path

from townreturn.domain.plan import Plan
from townreturn.plans import load_plan
from written_plans import PACKAGED

SUPERIOR = Path(__file__).parent / "publishing" / "superior"
MAPPING = (SUPERIOR / "city-2018.mapping.yaml").read_text(encoding="utf-8")
TEMPLATE = (SUPERIOR / "city-2018.xlsx").read_bytes()
MAPPING_NAME, TEMPLATE_NAME = "city-2018.mapping.yaml", "city-2018.xlsx"


def write_superior_plan(folder: Path, *changes: tuple[str, str], template: bytes = TEMPLATE) -> Path:
    """Plan, mapping and template; each text of the mapping changed that must stand in it once."""
    text = MAPPING
    for old, new in changes:
        if text.count(old) != 1:
            raise AssertionError(f"{old!r} must stand once")
        text = text.replace(old, new)
    (folder / MAPPING_NAME).write_text(text, encoding="utf-8")
    (folder / TEMPLATE_NAME).write_bytes(template)
    path = folder / "plan.yaml"
    path.write_text(f"{PACKAGED}\nsuperior_template: {MAPPING_NAME}\n", encoding="utf-8")
    return path


def superior_plan(folder: Path, *changes: tuple[str, str], template: bytes = TEMPLATE) -> Plan:
    """The same, loaded."""
    return load_plan(str(write_superior_plan(folder, *changes, template=template)))
