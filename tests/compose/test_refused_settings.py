"""Settings that must not be used are refused before anything is created, in a sentence that names the variable."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from check_settings import settings_faults
from settings_given import settings_given
from townreturn.plans import load_plan_book

SCRIPT = Path(__file__).parents[2] / "compose" / "check_settings.py"
DELIVERED = load_plan_book(["qingxi-2018"])


def faults(**changed: str) -> list[str]:
    return list(settings_faults([DELIVERED], settings_given(**changed)))


def test_good_settings_are_not_refused() -> None:
    assert faults() == []


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("REDIS_PASSWORD", "", "没有填写"),
        ("REDIS_PASSWORD", "changeme-changeme-changeme-changeme", "示例"),
        ("TOWNRETURN_DB_PASSWORD", "Passw0rdPassw0rd-Password-Passw0rd", "示例"),
        ("AIRFLOW_DB_PASSWORD", "airflow", "示例"),
        ("AIRFLOW_JWT_SECRET", "a" * 64, "示例"),
        ("AIRFLOW_SECRET_KEY", "9e4bd17a05c82f63", "太短"),
        ("SERVICE_PASSWORD", "9e4bd17a05c82f639e4bd17a05c82f6@", "只能用"),
        ("AIRFLOW_FERNET_KEY", "9e4bd17a05c82f639e4bd17a05c82f639e4bd17a05c8", "Fernet"),
        ("OPERATOR_PASSWORD", "short-One7", "太短"),
        ("OPERATOR_PASSWORD", "ChangeMe-please", "示例"),
        ("COMPOSE_PROFILES", "", "celery 或 single"),
        ("COMPOSE_PROFILES", "redis", "celery 或 single"),
    ],
)
def test_a_secret_that_protects_nothing(name: str, value: str, word: str) -> None:
    (fault,) = faults(**{name: value})
    assert fault.startswith(name)
    assert word in fault


def test_two_secrets_are_the_same() -> None:
    (fault,) = faults(AIRFLOW_JWT_SECRET=settings_given()["AIRFLOW_SECRET_KEY"])
    assert "AIRFLOW_SECRET_KEY" in fault
    assert "AIRFLOW_JWT_SECRET" in fault


def test_an_approver_has_the_operators_password() -> None:
    (fault,) = faults(OPERATOR_PASSWORD="quiet-River-31")
    assert "ACCOUNTS（approver）" in fault
    assert "OPERATOR_PASSWORD" in fault


def test_people_may_use_any_sign_and_a_colon() -> None:
    assert faults(ACCOUNTS="approver:quiet:River@31 director:高高的窗户外面有五十二棵树") == []


def test_an_approver_of_the_plan_has_no_password() -> None:
    (fault,) = faults(ACCOUNTS="approver:quiet-River-31")
    assert "director:密码" in fault


def test_an_entry_without_a_password_names_the_account() -> None:
    (fault,) = faults(ACCOUNTS="approver:quiet-River-31 director")
    assert fault.startswith("ACCOUNTS（director） 没有填写")


def test_an_account_that_no_plan_names() -> None:
    (fault,) = faults(ACCOUNTS=settings_given()["ACCOUNTS"] + " somebody:green-Garden-84")
    assert "somebody" in fault


def test_every_sentence_is_in_both_languages() -> None:
    for fault in faults(REDIS_PASSWORD="", AIRFLOW_FERNET_KEY="x" * 44, ACCOUNTS="nobody:green-Garden-84"):
        chinese, _, english = fault.partition("。")
        assert not chinese.isascii()
        assert english.endswith(".")


def test_the_service_ends_with_2_and_says_everything_at_once() -> None:
    given = settings_given(REDIS_PASSWORD="changeme", AIRFLOW_DB_PASSWORD="")
    done = subprocess.run(
        [sys.executable, str(SCRIPT)], env={**os.environ, **given}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert [line.split(" ")[0] for line in done.stderr.splitlines()] == ["AIRFLOW_DB_PASSWORD", "REDIS_PASSWORD"]


def test_the_service_ends_with_0_when_all_is_well() -> None:
    done = subprocess.run([sys.executable, str(SCRIPT)], env={**os.environ, **settings_given()}, check=False)
    assert done.returncode == 0
