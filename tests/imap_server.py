"""A real IMAP server of a test's own: Debian's dovecot, as a separate instance in a temporary folder."""

import grp
import imaplib
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from mail_servers import free_port

CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
disable_plaintext_auth = no
auth_mechanisms = plain login
{secrecy}
{whoever}
mail_location = maildir:{folder}/mail/%u
first_valid_uid = {uid}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
service imap-login {{
  {chroot}
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {secret_port}
  }}
}}
service anvil {{
  {chroot}
}}
"""
# What dovecot needs when it cannot change users: everything runs as the one who starts it.
WHOEVER = "default_internal_user = {user}\ndefault_internal_group = {group}\ndefault_login_user = {user}"


def why_absent() -> str:
    """Why no IMAP server can be started here; empty when one can."""
    binary = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if binary is None:
        return "no dovecot here: apt-get install dovecot-imapd"
    version = subprocess.run([binary, "--version"], capture_output=True, text=True, check=False).stdout
    return "" if version.startswith("2.3.") else f"dovecot {version.split()[:1]} is configured otherwise than 2.3"


class ImapServer:
    """Any user name signs in with ``password``; mails are appended as a mail server would deliver them.

    ``with ImapServer() as server: …``, or ``start`` and ``stop``. With ``is_secret`` it speaks TLS
    with a certificate of its own, ``certificate``.
    """

    host = "127.0.0.1"

    def __init__(self, *, is_secret: bool = False, user: str = "return@qingxi.example") -> None:
        self.user, self.password, self.is_secret = user, "letter-box", is_secret
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="townreturn-imap-"))  # short: sockets' paths have 108 characters
        self.certificate = self.folder / "certificate.pem"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        """Start it, or start it again on the same mails, and wait until it answers."""
        self.folder.chmod(0o755)
        (self.folder / "dovecot.conf").write_text(self._configure())
        binary = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin") or "dovecot"
        command = [binary, "-F", "-c", str(self.folder / "dovecot.conf")]
        self._process = subprocess.Popen(command, start_new_session=True)
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex((self.host, self.port)) == 0:
                    return
            time.sleep(0.05)
        raise RuntimeError((self.folder / "log").read_text())

    def stop(self) -> None:
        """Stop it at once: sessions under way are cut off."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
            with suppress(ProcessLookupError):  # sessions may outlive the master, which was our group's leader
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process = None

    def append(self, raw_mail: bytes, received_at: datetime, folder: str = "INBOX") -> str:
        """Deliver a mail as received at an instant; gives its UID."""
        with self.client() as client:
            ok(client.append(folder, "", imaplib.Time2Internaldate(received_at), raw_mail))
            ok(client.select(folder))
            return str(ok(client.uid("SEARCH", "ALL"))[0].split()[-1], "ascii")

    def flags_of(self, uid: str, folder: str = "INBOX") -> set[str]:
        with self.client() as client:
            ok(client.select(folder, readonly=True))
            found = ok(client.uid("FETCH", uid, "(FLAGS)"))
            return {one.decode() for one in imaplib.ParseFlags(found[0])} - {"\\Recent"}

    def uids(self, folder: str = "INBOX") -> list[str]:
        with self.client() as client:
            ok(client.select(folder, readonly=True))
            return ok(client.uid("SEARCH", "ALL"))[0].decode().split()

    def connection(self, **extra: object) -> str:
        """The server as an Airflow connection in JSON, for ``AIRFLOW_CONN_TOWNRETURN_IMAP``."""
        account = {"login": self.user, "password": self.password, "host": self.host, "port": self.port}
        return json.dumps({"conn_type": "imap", **account, "extra": {"use_ssl": self.is_secret, **extra}})

    @contextmanager
    def client(self) -> Iterator[imaplib.IMAP4]:
        """Signed in, as another program of the mailbox's owner."""
        if self.is_secret:
            client: imaplib.IMAP4 = imaplib.IMAP4_SSL(self.host, self.port, timeout=20)
        else:
            client = imaplib.IMAP4(self.host, self.port, timeout=20)
        try:
            client.login(self.user, self.password)
            yield client
        finally:
            client.logout()

    def _configure(self) -> str:
        is_root = os.geteuid() == 0
        me = pwd.getpwnam("nobody") if is_root else pwd.getpwuid(os.geteuid())  # root's mails are served to nobody
        mails = self.folder / "mail"
        mails.mkdir(exist_ok=True)
        if is_root:
            os.chown(mails, me.pw_uid, me.pw_gid)
        return CONFIGURATION.format(
            folder=self.folder, uid=me.pw_uid, gid=me.pw_gid, password=self.password,
            port=0 if self.is_secret else self.port, secret_port=self.port if self.is_secret else 0,
            secrecy=self._secrecy() if self.is_secret else "ssl = no", chroot="" if is_root else "chroot =",
            whoever="" if is_root else WHOEVER.format(user=me.pw_name, group=grp.getgrgid(me.pw_gid).gr_name),
        )  # fmt: skip

    def _secrecy(self) -> str:
        key = self.folder / "key.pem"
        if not key.exists():
            subprocess.run(
                ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
                 "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(self.certificate)],
                check=True, capture_output=True,
            )  # fmt: skip
        return f"ssl = yes\nssl_cert = <{self.certificate}\nssl_key = <{key}"


def ok(answer: tuple[str, list[Any]]) -> list[Any]:
    assert answer[0] == "OK", answer
    return answer[1]
