"""PDF to print, made by LibreOffice from published documents: no part of an issue, for no two are the same bytes."""

import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile

from townreturn.domain.errors import Broken
from townreturn.domain.kept_file import FileKind, KeptFile
from townreturn.foreign_text import one_line
from townreturn.publishing.pdf_profile import write_profile
from townreturn.wording import say

PROGRAMS = ("soffice", "libreoffice")
WALL_SECONDS = 180
"""A return and a briefing take five to ten seconds, the first start on a busy machine half a minute."""
_LIMITS = "ulimit -c 0; ulimit -t 300; ulimit -v 8388608; ulimit -f 262144"
"""No core file, 300 s of CPU time, 8 GiB of address space, files of 128 MiB (262144 × 512 bytes)."""
_LANGUAGE = {"LANG": "C.UTF-8", "FC_LANG": "zh-cn"}
"""Characters and punctuation as the mainland writes them; a Chinese locale is not on every machine."""
_LONGEST_COMPLAINT = 200


def find_program() -> str | None:
    """LibreOffice on the search path, or None."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


def make_pdf(program: str, documents: Sequence[KeptFile]) -> tuple[KeptFile, ...]:
    """Each document as PDF, named alike; Broken, naming the first that there is none of, and why.

    A process of its own with a profile that is thrown away, so that several can run at once and
    none of a person's settings plays a part.
    """
    with TemporaryDirectory(prefix="townreturn-pdf") as name:
        folder = Path(name)
        # Without a locale for them, the program cannot open names in Chinese.
        paths = [folder / f"{number}{PurePath(one.name).suffix}" for number, one in enumerate(documents)]
        for path, one in zip(paths, documents, strict=True):
            path.write_bytes(one.content)
        complaint = _run(program, folder, paths)
        return tuple(_read(path, one, complaint) for path, one in zip(paths, documents, strict=True))


def hide_sheet(workbook: bytes, name: str) -> bytes:
    """A workbook of ours whose sheet of this name is not printed; one of hundreds of MB unpacked, too."""
    target, listed = BytesIO(), f'<sheet name="{name}"'.encode()
    with ZipFile(BytesIO(workbook)) as source, ZipFile(target, "w", ZIP_DEFLATED, compresslevel=1) as copy:
        for entry in source.infolist():
            part = source.read(entry)
            if entry.filename == "xl/workbook.xml":
                part = part.replace(listed, listed + b' state="hidden"')
            copy.writestr(entry.filename, part)
    return target.getvalue()


def _read(path: Path, document: KeptFile, complaint: str) -> KeptFile:
    printed = path.with_suffix(".pdf")
    content = printed.read_bytes() if printed.is_file() else b""
    if complaint or not content.startswith(b"%PDF-"):
        raise Broken("PDF_FAILED", name=document.name, detail=complaint or say("PDF_NOTHING"))
    return KeptFile(FileKind.OUTPUT, PurePath(document.name).with_suffix(".pdf").name, content)


def _run(program: str, folder: Path, documents: Sequence[Path]) -> str:
    """What went wrong; empty when nothing did."""
    write_profile(folder / "profile")
    command = [
        program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore",
        "--nolockcheck", "--convert-to", "pdf", "--outdir", str(folder), *map(str, documents),
    ]  # fmt: skip
    child = subprocess.Popen(  # noqa: S603 - the command has no text from outside
        ["/bin/sh", "-c", f'{_LIMITS}; exec "$@"', "sh", *command],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        env={"HOME": str(folder), "PATH": os.environ.get("PATH", os.defpath), **_LANGUAGE},
    )  # fmt: skip
    try:
        said, _ = child.communicate(timeout=WALL_SECONDS)
    except subprocess.TimeoutExpired:
        return say("PDF_TOOK_TOO_LONG", seconds=WALL_SECONDS)
    finally:
        _end(child)
    return _complain(child.returncode, said)


def _end(child: subprocess.Popen[bytes]) -> None:
    """The program starts others: all of its session go with it."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    child.wait()


def _complain(status: int, said: bytes) -> str:
    if not status:
        return ""
    if status < 0:
        return say("PDF_KILLED", signal=-status)
    told = one_line(said.decode("utf-8", "replace")).strip()[-_LONGEST_COMPLAINT:]
    return say("PDF_EXITED", status=status, said=told or say("PDF_SAID_NOTHING"))
