"""The command line. Each command takes `--json` and `--data`; exit codes are those of the errors."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from kernel.errors import TangthuError
from tangthu.commands import (
    disposing,
    elsewhere,
    finding,
    giving,
    keeping,
    keeping_apart,
    looking_up,
    people,
    reviewing,
    separating,
    serving,
    taking,
    upkeep,
    verifying,
)
from tangthu.output import print_error

app = typer.Typer(
    name="tangthu",
    help="Tàng thư: từ giấy đến tìm thấy. / From paper to found.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

_COMMANDS: tuple[Callable[..., None], ...] = (
    serving.serve,
    serving.watch,
    taking.ingest,
    separating.separators,
    finding.search,
    looking_up.lookup,
    finding.record,
    disposing.discard,
    disposing.restore_record,
    disposing.purge,
    disposing.show_bin,
    keeping_apart.quarantine,
    keeping_apart.release,
    reviewing.reread,
    upkeep.status,
    upkeep.reindex,
    upkeep.move_catalogue,
    verifying.verify,
    keeping.backup,
    keeping.restore,
    keeping.rebuild,
    giving.export,
    people.people,
    people.person,
    people.role,
    people.sign_in_link,
    elsewhere.scheduler,
    elsewhere.worker,
)
_NAMES = {disposing.restore_record: "undiscard", disposing.show_bin: "bin"}
for _command in _COMMANDS:
    app.command(_NAMES.get(_command))(_command)


@app.callback()
def _before(
    data: Annotated[Path | None, typer.Option(help="Folder of the archive (TANGTHU_DATA)")] = None,
) -> None:
    if data is not None:
        os.environ["TANGTHU_DATA"] = str(data)


def main() -> None:
    """Runs the command line and ends the process with the exit code of what happened."""
    try:
        app()
    except TangthuError as error:
        print_error(error, as_json="--json" in sys.argv)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
