"""Make a new key for signing the record; the old one signs the statement that it follows.

Entries signed before keep verifying with the old public key, which stays on the ring. The running
server goes on with the old key until it is started again.
"""

import sys
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime

from deliberation.log import keys
from deliberation.settings import Settings


def add(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--lost", action="store_true", help="the old key is lost: begin anew without its statement"
    )


def run(args: Namespace) -> int:
    path = Settings.from_environment().log_key_path
    if args.lost:
        made = keys.begin_anew(path)
    elif not path.exists():
        print(f"there is no key at {path} yet", file=sys.stderr)
        return 1
    else:
        made = keys.rotate(path, datetime.now(UTC))["new"]
    print(f"the key is now {made}; start the server again, and back up {path.parent}")
    return 0
