"""`make licences`: docs/licences.md, by what the installed distributions say of themselves.

Names are SPDX's. A package that says only “BSD License” is LicenseRef-BSD: of which kind, its own text says.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from email.message import Message
from importlib.metadata import distributions
from pathlib import Path
from typing import cast

from supply.locks import ROOT, Locked, normal_name, read_locks
from supply.vendored import VENDORED

LIST = ROOT / "docs" / "licences.md"
ALLOWED = {
    "0BSD", "Apache-2.0", "Artistic-1.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "LGPL-3.0-only",
    "LGPL-3.0-or-later", "LicenseRef-BSD", "MIT", "MIT-0", "MIT-CMU", "MPL-2.0", "OFL-1.1", "PSF-2.0", "Unlicense",
    "Zlib",
}  # fmt: skip
"""Permissive ones, and those that bind only whoever changes the library itself (LGPL, MPL): none is changed here."""
BY_HAND = {
    "async-timeout": "Apache-2.0",
    "axe-playwright-python": "MIT",
    "colorama": "BSD-3-Clause",
    "pyyaml-ft": "MIT",
}
"""What says nothing of it in its metadata, or is installed under another system or Python only; read in its text."""
_SPDX = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "Artistic License": "Artistic-1.0",
    "BSD": "LicenseRef-BSD",
    "BSD License": "LicenseRef-BSD",
    "GNU General Public License (GPL)": "GPL-2.0-or-later",
    "GNU General Public License v2 or later (GPLv2+)": "GPL-2.0-or-later",
    "GNU Library or Lesser General Public License (LGPL)": "LGPL-3.0-or-later",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
}
_HEAD = """# Licences

Made by `make licences`; a test holds it against the locks and against what is allowed (`supply/licences.py`). The
program itself is under [Apache-2.0](../LICENSE). Use: `runtime` is installed by `make setup` and in the image,
`compose` in the image only; `development` is for tests and tools, and nothing that is published needs it.

| Package | Version | Licence | Use |
|---|---|---|---|
"""


def installed_licences() -> dict[tuple[str, str], str]:
    """(name, version) → licence of what this Python can import; empty where a package does not say."""
    found = ((one.version, cast("Message", one.metadata)) for one in distributions())
    return {(normal_name(said["Name"]), version): _licence(said) for version, said in found}


def _licence(said: Message) -> str:
    if expression := said.get("License-Expression"):
        return str(expression)
    kinds = [one.split(" :: ")[-1] for one in said.get_all("Classifier", []) if one.startswith("License :: ")]
    named = {_SPDX.get(one, one) for one in kinds if one != "OSI Approved"}
    if not named and (text := str(said.get("License", "")).strip()) and "\n" not in text:
        named = {_SPDX.get(text, text)}
    return " OR ".join(sorted(named))


def listed_licences(text: str) -> dict[tuple[str, str], str]:
    """The same as the list has it."""
    rows = (line.strip("|").split("|") for line in text.splitlines() if re.match(r"\| [A-Za-z0-9]+.* \|$", line))
    return {(one[0].strip(), one[1].strip()): one[2].strip() for one in rows if one[0].strip() != "Package"}


def is_allowed(expression: str) -> bool:
    """Whether we may go by the licence: by one of those offered, and by all that hold together."""
    offered = [one.split(" AND ") for one in expression.replace("(", "").replace(")", "").split(" OR ")]
    return any(all(part.strip() in ALLOWED for part in one) for one in offered)


def write_list(locked: list[Locked], known: Mapping[tuple[str, str], str]) -> str:
    """The list; KeyError names a package that nothing is known of."""
    rows = [(one.name, one.version, BY_HAND.get(one.name) or known[one.name, one.version], one.use) for one in locked]
    rows += [(one.name, one.version, one.licence, "runtime") for one in VENDORED]
    return _HEAD + "".join(f"| {' | '.join(row)} |\n" for row in sorted(rows))


def _missing(locked: list[Locked], known: Mapping[tuple[str, str], str]) -> Iterator[str]:
    for one in locked:
        if not (BY_HAND.get(one.name) or known.get((one.name, one.version))):
            yield f"{one.name}=={one.version}"


def main() -> int:
    """What is not installed here keeps its row; what is in neither has to be installed for it (see the Makefile)."""
    locked, listed = read_locks(), listed_licences(LIST.read_text("utf-8")) if LIST.exists() else {}
    known = listed | {key: one for key, one in installed_licences().items() if one}
    if missing := list(_missing(locked, known)):
        sys.stderr.write(f"No licence is known of {', '.join(missing)}.\n")
        return 1
    Path(LIST).write_text(write_list(locked, known), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
