"""Settings: read from the environment once, never changed while running.

Each field's `help` is the sentence the README prints; a test compares the two.
"""

import os
from dataclasses import dataclass, field, fields
from pathlib import Path

PREFIX = "DELIBERATION_"


def _setting(default: object, help: str):
    return field(default=default, metadata={"help": help})


class Unusable(Exception):
    """What a setting names cannot be used: one sentence for whoever runs the server."""


@dataclass(frozen=True)
class Settings:
    data_dir: Path = _setting(Path("data"), "Folder of the database, the files and the keys.")
    database_url: str = _setting(
        "", "postgres://user:password@host/name; empty: one SQLite file in the data folder."
    )
    base_url: str = _setting(
        "http://127.0.0.1:8000", "Address residents use; printed in QR codes and on notices."
    )
    host: str = _setting("127.0.0.1", "Address the server listens on.")
    port: int = _setting(8000, "Port the server listens on.")
    key_file: str = _setting(
        "", "File of the key that encrypts phones; empty: keys/field.key in the data folder."
    )
    log_key_file: str = _setting(
        "", "File of the key that signs the record; empty: keys/log.key in the data folder."
    )
    checkpoint_dir: str = _setting(
        "",
        "Folder of the signed checkpoints, best on another disk; empty: checkpoints in the data "
        "folder.",
    )
    seal_certificate: str = _setting(
        "", "PKCS#12 file of the certificate that signs notices; empty: they are not signed."
    )
    seal_password_file: str = _setting("", "File of its password; empty: it has none.")
    fonts_dir: str = _setting(
        "",
        "Folder with 仿宋.ttf, 小标宋.ttf, 黑体.ttf, 楷体.ttf (TrueType, any of them) that the "
        "community has licensed; empty: ours.",
    )
    sms_url: str = _setting(
        "", "Address of the SMS gateway (JSON by POST); empty: nothing is sent."
    )
    sms_secret_file: str = _setting("", "File of the secret that signs what the gateway is sent.")
    demo: bool = _setting(False, "1: sample data, a clock that can be moved, 样例 on every notice.")

    @classmethod
    def from_environment(cls, environment=os.environ) -> "Settings":
        """Raises ValueError with the variable's name when a value cannot be read."""
        values = {}
        for item in fields(cls):
            name = PREFIX + item.name.upper()
            if name in environment:
                values[item.name] = _read(name, environment[name], type(item.default))
        return cls(**values)

    @property
    def secure(self) -> bool:
        """True when residents come over HTTPS: cookies are then `__Host-` and Secure."""
        return self.base_url.startswith("https://")

    @property
    def phone_key_path(self) -> Path:
        return Path(self.key_file) if self.key_file else self.data_dir / "keys" / "field.key"

    @property
    def log_key_path(self) -> Path:
        return Path(self.log_key_file) if self.log_key_file else self.data_dir / "keys" / "log.key"

    @property
    def checkpoint_folder(self) -> Path:
        return Path(self.checkpoint_dir) if self.checkpoint_dir else self.data_dir / "checkpoints"


def _read(name: str, text: str, kind: type) -> object:
    if kind is bool:
        if text.lower() not in ("0", "1", "true", "false", ""):
            raise ValueError(f"{name} must be 0 or 1, not {text!r}")
        return text.lower() in ("1", "true")
    if kind is int:
        try:
            return int(text)
        except ValueError:
            raise ValueError(f"{name} must be a whole number, not {text!r}") from None
    return Path(text) if issubclass(kind, Path) else text.rstrip("/")
