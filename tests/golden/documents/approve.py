"""Writes the golden documents anew: `python tests/golden/documents/approve.py [FOLDER]`.

Run it after a wanted change, look at what it writes into FOLDER (the documents themselves), and at
the difference of the golden files before committing them: they are what a reader is promised.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))

from golden_documents import MONTHS, golden_path, render_month  # noqa: E402 - the tests' own folder is not a package
from told_documents import tell_briefing, tell_workbook  # noqa: E402


def main(folder: Path) -> None:
    for name in MONTHS:
        documents = render_month(name, folder / name)
        golden_path(name, "workbook").write_text(tell_workbook(documents.workbook), encoding="utf-8")
        golden_path(name, "briefing").write_text(tell_briefing(documents.briefing), encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        with TemporaryDirectory() as name:
            main(Path(name))
