"""Accounts of units' reporters: each reports for one unit, and for none of its figures does it approve."""

from collections.abc import Sequence

from townreturn.domain.errors import ConfigurationFault
from townreturn.domain.plan import Plan
from townreturn.domain.plan_book import PlanBook
from townreturn.strict_yaml import StrictDocument
from townreturn.wording import say


def refuse_bad_accounts(document: StrictDocument, plan: Plan) -> None:
    """Raises ConfigurationFault naming the key.

    A person's account is written without spaces, and an operator stands once.

    The account is all that an upload tells of its sender: one of two units would tell neither. And who
    approves is not who reports [maker is not checker].
    """
    for row, account in enumerate(plan.operators):
        if not account or account != "".join(account.split()):
            document.fail(("operators", row), "CONFIG_BAD_VALUE", detail=say("ACCOUNT_WRONG", value=account))
        if account in plan.operators[:row]:
            document.fail(("operators", row), "CONFIG_DUPLICATE", value=account)
    approving, reporting = {one.account for one in plan.approvers}, dict[str, str]()
    for row, unit in enumerate(plan.units):
        for column, account in enumerate(unit.accounts):
            place = ("units", row, "accounts", column)
            if not account or account != "".join(account.split()):
                document.fail(place, "CONFIG_BAD_VALUE", detail=say("ACCOUNT_WRONG", value=account))
            if account in reporting:
                detail = say("ACCOUNT_REPORTS_ALREADY", value=account, unit=reporting[account])
                document.fail(place, "CONFIG_BAD_VALUE", detail=detail)
            if account in approving:
                document.fail(place, "CONFIG_BAD_VALUE", detail=say("ACCOUNT_APPROVES", value=account))
            reporting[account] = unit.name


def refuse_operating_approvers(books: Sequence[PlanBook]) -> None:
    """Raises ConfigurationFault: in Airflow an account has one role for all towns, and a town's operator's would let
    another town's approver act [maker is not checker]."""
    operating = {account: book.town for book in books for account in book.operators}
    for book in books:
        for one in book.approvers:
            if one.account in operating:
                raise ConfigurationFault(
                    "APPROVER_OPERATES", value=one.account, approving=book.town, operating=operating[one.account]
                )
