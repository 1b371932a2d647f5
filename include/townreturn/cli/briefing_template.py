"""``briefing-template``: the packaged Word template of the briefing, for an office that wants it styled otherwise."""

import argparse
import sys
from pathlib import Path

from townreturn.domain.errors import Misuse
from townreturn.wording import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's argument."""
    parser.add_argument("to", metavar="TO", help=say("CLI_BRIEFING_TEMPLATE_TO"))
    parser.set_defaults(command=write_template)


def write_template(options: argparse.Namespace) -> int:
    """Never over a file that is there: it may be the office's own by now."""
    from townreturn.publishing.official_document import packaged_template

    path = Path(options.to)
    try:
        with path.open("xb") as file:
            file.write(packaged_template())
    except FileExistsError as there:
        raise Misuse("BRIEFING_TEMPLATE_EXISTS", file=path) from there
    sys.stdout.write(say("BRIEFING_TEMPLATE_WRITTEN", file=path, name=path.name) + "\n")
    return 0
