import hashlib

import pytest

from deliberation.documents.files import Files
from deliberation.documents.pages import disposition


def test_bytes_are_kept_under_their_digest_once(tmp_path):
    files = Files(tmp_path)
    sha256 = files.put(b"paper")
    assert sha256 == hashlib.sha256(b"paper").hexdigest()
    written = files.path(sha256).stat().st_mtime_ns
    assert files.put(b"paper") == sha256
    assert files.path(sha256).stat().st_mtime_ns == written
    assert files.get(sha256) == b"paper"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [sha256]


def test_a_file_changed_on_disk_is_not_handed_out(tmp_path):
    files = Files(tmp_path)
    sha256 = files.put(b"paper")
    files.path(sha256).write_bytes(b"other")
    with pytest.raises(ValueError, match="was changed"):
        files.get(sha256)


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("公示.pdf", "inline; filename=\"file.pdf\"; filename*=UTF-8''%E5%85%AC%E7%A4%BA.pdf"),
        ('a";\r\nx', "inline; filename=\"file\"; filename*=UTF-8''a%22%3B%0D%0Ax"),
        ("", "inline; filename=\"file\"; filename*=UTF-8''"),
    ],
)
def test_any_name_becomes_a_safe_header(name, header):
    assert disposition(name, "inline") == header
