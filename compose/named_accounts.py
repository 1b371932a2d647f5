"""Who may answer an approval: by sign-in name, because the plan knows people by that."""

from airflow.providers.fab.auth_manager.fab_auth_manager import FabAuthManager
from airflow.providers.fab.auth_manager.models import User


class NamedAccountsAuthManager(FabAuthManager):  # type: ignore[misc] # FAB is in the image only
    """FAB compares the number of an account's row, which no plan can name; this compares its name."""

    def is_authorized_hitl_task(self, *, assigned_users: set[str], user: User) -> bool:
        return user.get_name() in assigned_users
