"""What is wrong with the secrets of .env: empty, guessable, too short, the same twice, or of signs that break a URL."""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping

MACHINE = ("AIRFLOW_DB_PASSWORD", "TOWNRETURN_DB_PASSWORD", "REDIS_PASSWORD", "SERVICE_PASSWORD")
"""They stand in URLs and in JSON."""
KEYS = ("AIRFLOW_SECRET_KEY", "AIRFLOW_JWT_SECRET")
FERNET = "AIRFLOW_FERNET_KEY"
_LEAST_OF_MACHINES, _LEAST_OF_PEOPLE, _LEAST_DIFFERENT = 32, 12, 6
_KNOWN = re.compile(
    r"change.?me|passw(or)?d|12345678|qwerty|^(airflow|admin|redis|postgres|secret|townreturn)+$", re.IGNORECASE
)


def secret_faults(environment: Mapping[str, str], people: Mapping[str, str]) -> Iterator[str]:
    """A sentence for each secret that must not be used, naming its variable.

    ``people`` are the passwords that people type, by what they are called in .env.
    """
    machine = {name: environment.get(name, "") for name in (*MACHINE, *KEYS, FERNET)}
    for name, value in machine.items():
        yield from _faults(name, value, _LEAST_OF_MACHINES)
    for name, value in people.items():
        yield from _faults(name, value, _LEAST_OF_PEOPLE)
    yield from _letters({name: machine[name] for name in (*MACHINE, *KEYS)})
    if machine[FERNET] and not _is_fernet_key(machine[FERNET]):
        yield (
            f"{FERNET} 不是 Fernet 密钥，请用 .env.example 里的命令生成。"
            f"{FERNET} is no Fernet key: make one with the command in .env.example."
        )
    yield from _same_twice({**machine, **people})


def _faults(name: str, value: str, least: int) -> Iterator[str]:
    if not value:
        yield f"{name} 没有填写，请在 .env 中填好。{name} is empty: fill it in in .env."
    elif _KNOWN.search(value) or len(set(value)) < _LEAST_DIFFERENT:
        yield f"{name} 是示例或人人会猜的密码，请换一个。{name} is an example or easily guessed: choose another."
    elif len(value) < least:
        yield (
            f"{name} 太短，至少要 {least} 个字符，请换一个。"
            f"{name} is too short: choose one of at least {least} characters."
        )


def _letters(secrets: Mapping[str, str]) -> Iterator[str]:
    for name in (name for name, value in secrets.items() if not re.fullmatch(r"[A-Za-z0-9._~-]*", value)):
        yield (
            f"{name} 只能用字母、数字和 . _ ~ -，请换一个。"
            f"{name} may hold letters, digits and . _ ~ - only: choose another."
        )


def _is_fernet_key(value: str) -> bool:
    try:
        return len(base64.b64decode(value, altchars=b"-_", validate=True)) == 32
    except binascii.Error:
        return False


def _same_twice(secrets: Mapping[str, str]) -> Iterator[str]:
    first: dict[str, str] = {}
    for name, value in secrets.items():
        if value and (other := first.setdefault(value, name)) != name:
            yield (f"{name} 与 {other} 相同，请各用各的。{name} is the same as {other}: give each a value of its own.")
