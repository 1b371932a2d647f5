"""The operators' board (报送看板): server-rendered pages and the same data as JSON, shown inside Airflow.

It knows nothing of Airflow: the plugin that mounts it says who is asking.
"""

from townreturn.board.access import Asker
from townreturn.board.app import create_board
from townreturn.board.towns_app import create_towns_board

__all__ = ["Asker", "create_board", "create_towns_board"]
