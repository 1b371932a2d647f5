"""A reader that goes away in the middle, as ``| head`` does, is no error of files."""

import os
import subprocess
import sys
from pathlib import Path

import townreturn


def test_output_that_nobody_reads_ends_quietly(tmp_path: Path) -> None:
    """The reader has gone before anything is written, which is the hardest case."""
    reading, writing = os.pipe()
    os.close(reading)
    run = subprocess.run(
        [sys.executable, "-c", "import sys; from townreturn.cli import main; sys.exit(main(['status', '2018-01']))"],
        stdout=writing, stderr=subprocess.PIPE, timeout=120, check=False,
        env={"TOWNRETURN_HOME": str(tmp_path / "home"), "PATH": os.environ["PATH"],
             "PYTHONPATH": str(Path(townreturn.__file__).parents[1])},
    )  # fmt: skip
    os.close(writing)
    assert (run.returncode, run.stderr) == (141, b"")


def test_a_file_that_cannot_be_written_is_still_an_error(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file where the data directory should be")
    run = subprocess.run(
        [sys.executable, "-c", "import sys; from townreturn.cli import main; sys.exit(main(['status', '2018-01']))"],
        capture_output=True, timeout=120, check=False,
        env={"TOWNRETURN_HOME": str(tmp_path / "home"), "PATH": os.environ["PATH"],
             "PYTHONPATH": str(Path(townreturn.__file__).parents[1])},
    )  # fmt: skip
    assert run.returncode == 2
    assert "文件操作失败" in run.stderr.decode()
