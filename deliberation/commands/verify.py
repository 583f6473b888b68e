"""Check a vote's package.zip: recount it, judge it again, compare it with the printed numbers.

Exit code 0: genuine; 1: what is wrong is listed; 2: the file cannot be read. The same as the
stand-alone `deliberation/verifier.py`, which needs nothing but Python. At a terminal it asks for
every printed number that is not given.
"""

from argparse import ArgumentParser, Namespace

from deliberation import verifier


def add(parser: ArgumentParser) -> None:
    parser.add_argument("package", help="package.zip")
    parser.add_argument("--voters", help="number entitled, as printed on the notice")
    parser.add_argument("--root", help="first 32 hex digits of the roll's root, as printed")
    parser.add_argument("--head", help="first 32 hex digits of the head of the log, as printed")


def run(args: Namespace) -> int:
    printed = {name: getattr(args, name) for name in ("voters", "root", "head")}
    return verifier.run(args.package, printed)
