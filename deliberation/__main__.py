"""The command line: `deliberation COMMAND`."""

import argparse
import sys

from deliberation.commands import (
    administrator,
    demo,
    doctor,
    import_roll,
    migrate,
    procedures,
    serve,
    verify,
    verify_diff,
    walk,
)

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
}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="deliberation", description=sys.modules[__name__].__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, module in COMMANDS.items():
        summary = module.__doc__.strip().splitlines()[0]
        command = commands.add_parser(name, help=summary, description=module.__doc__)
        module.add(command)
        command.set_defaults(run=module.run)
    args = parser.parse_args(arguments)
    return args.run(args)


if __name__ == "__main__":
    sys.exit(main())
