"""The container of `package.zip`: one set of members has exactly one spelling in bytes.

Stored without compression, sorted, dated 1980, no comments and no extra fields: the verifiers
build the same bytes from the members and refuse a file that differs in a single one.
"""

import io
import zipfile
from collections.abc import Mapping

EPOCH = (1980, 1, 1, 0, 0, 0)
UNIX, READABLE = 3, 0o644 << 16


def pack(members: Mapping[str, bytes]) -> bytes:
    """The archive of `members` (ASCII name to content), the same bytes on every machine."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(members):
            info = zipfile.ZipInfo(name, EPOCH)
            info.create_system, info.external_attr = UNIX, READABLE
            archive.writestr(info, members[name])
    return target.getvalue()
