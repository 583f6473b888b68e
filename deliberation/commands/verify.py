"""Check a vote's package.zip: recount it, judge it again, compare it with the printed numbers.

Exit code 0: genuine; 1: what is wrong is listed; 2: the file cannot be read. The same as the
stand-alone `deliberation/verifier.py`, which needs nothing but Python.
"""

from argparse import ArgumentParser, Namespace

from deliberation import verifier


def add(parser: ArgumentParser) -> None:
    verifier.options(parser)


def run(args: Namespace) -> int:
    return verifier.run(args)
