"""Started by hand from its form: an obligation is extended or exempted, with a reason."""

from typing import Any

from airflow.sdk import Param, dag, task
from airflow.sdk.exceptions import AirflowFailException

from airflow_rest import show_note
from posting import send_letters
from runs import refusals_are_final, run_of
from townreturn.domain.obligation import AdjustmentKind, ObligationKind
from townreturn.wording import say
from towns import BOOKS, SETTINGS, TOWN_FORM, tags_of
from wiring import COMMON, PERIOD_FORM, clock

_PLANS = [plan for book in BOOKS for plan in book.plans]
CATEGORIES = {category.code: category.heading for plan in _PLANS for category in plan.categories}
DUTIES = {kind.value: say(f"OWED_{kind}") for kind in ObligationKind if kind is not ObligationKind.STATISTICS}
UNITS = {unit.code: unit.name for plan in _PLANS for unit in plan.units}
WHAT = CATEGORIES | DUTIES
DECISIONS = {kind.value: say(f"DECISION_{kind.name}") for kind in AdjustmentKind}


@dag(
    dag_id="adjust_obligation",
    dag_display_name=say("DAG_ADJUST"),
    description=say("DAG_ADJUST_LINE"),
    doc_md=say("DAG_ADJUST_DOC"),
    tags=tags_of(BOOKS, "TAG_ADJUST"),
    schedule=None,
    params={
        **TOWN_FORM,
        "period": PERIOD_FORM,
        "category": Param(
            next(iter(CATEGORIES)), type="string", enum=list(WHAT), values_display=WHAT,
            title=say("FORM_CATEGORY"),
        ),
        "unit": Param(None, type=["null", "string"], enum=[None, *UNITS], values_display=UNITS, title=say("FORM_UNIT")),
        "decision": Param(
            AdjustmentKind.EXTENDED.value, type="string", enum=list(DECISIONS), values_display=DECISIONS,
            title=say("FORM_DECISION"),
        ),
        "until": Param(
            None, type=["null", "string"], title=say("FORM_UNTIL"), description=say("FORM_UNTIL_HINT"),
        ),
        "reason": Param("", type="string", minLength=1, title=say("FORM_REASON")),
    },
    **COMMON,
)  # fmt: skip
def adjust_obligation() -> None:
    """Recorded under the account that started the run."""

    @task(task_display_name=say("TASK_ADJUST"))
    def adjust(dag_run: Any = None, params: Any = None) -> None:
        from townreturn import month
        from townreturn.office import open_office

        if not dag_run.triggering_user_name:
            raise AirflowFailException(say("RUN_WITHOUT_ACCOUNT"))
        account, until = dag_run.triggering_user_name, params["until"]
        with refusals_are_final():
            office, now, what = open_office(SETTINGS, params.get("town") or ""), clock(), params["category"]
            until = month.read_until(until, office.plans.calendar.zone) if until else None
            decided = month.Decided(AdjustmentKind(params["decision"]), account, params["reason"], until)
            unit = params["unit"] or ""
            if what in DUTIES:
                plan = month.choose_plan(office.plans, "", now)
                owed, standing = month.adjust_duty(office, plan, ObligationKind(what), unit, decided, now)
            else:
                _, period = run_of(dag_run, params)
                plan = office.plans.in_force(period)
                slot = plan.slot_of(what, unit).key  # with the unit where no unit leads the category
                owed, standing = month.adjust_statistics(office, period, slot, decided, now)
        show_note(month.describe_adjusted(plan, owed, standing), dag_run.dag_id, dag_run.run_id)

    adjust() >> send_letters()


adjust_obligation()
