"""The command line: `deliberation COMMAND`."""

import argparse
import os
import sys

from deliberation.commands import (
    accept_restore,
    administrator,
    backup,
    demo,
    doctor,
    import_roll,
    migrate,
    procedures,
    restore,
    rotate_log_key,
    serve,
    verify,
    verify_diff,
    walk,
)
from deliberation.log.keys import KeyProblem
from deliberation.settings import Unusable

COMMANDS = {
    "serve": serve,
    "demo": demo,
    "walk": walk,
    "migrate": migrate,
    "create-administrator": administrator,
    "import-roll": import_roll,
    "procedures": procedures,
    "verify": verify,
    "verify-diff": verify_diff,
    "doctor": doctor,
    "backup": backup,
    "restore": restore,
    "rotate-log-key": rotate_log_key,
    "accept-restore": accept_restore,
}


PRIVATE = 0o077  # the database, its copies, files and keys are for the account that runs this


def main(arguments: list[str] | None = None) -> int:
    os.umask(PRIVATE)
    parser = argparse.ArgumentParser(prog="deliberation", description=sys.modules[__name__].__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, module in COMMANDS.items():
        summary = module.__doc__.strip().splitlines()[0]
        command = commands.add_parser(name, help=summary, description=module.__doc__)
        module.add(command)
        command.set_defaults(run=module.run)
    args = parser.parse_args(arguments)
    try:
        return args.run(args)
    except (KeyProblem, Unusable) as problem:
        print(problem, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
