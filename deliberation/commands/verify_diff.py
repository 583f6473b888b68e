"""Compare two packages of one vote: does the newer continue the older, or was history changed?

Exit code 0: it continues; 1: where it does not is listed; 2: a file cannot be read.
"""

from argparse import ArgumentParser, Namespace

from deliberation.log import diff


def add(parser: ArgumentParser) -> None:
    parser.add_argument("old", help="the package kept from before")
    parser.add_argument("new", help="the package as it is offered now")


def run(args: Namespace) -> int:
    return diff.run(args.old, args.new)
