"""Where the templates and the static files are.

In a checkout they stand beside the package; an installed wheel carries them inside it.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]
_ROOT = _PACKAGE if (_PACKAGE / "templates").is_dir() else _PACKAGE.parent

TEMPLATES: Path = _ROOT / "templates"
STATIC: Path = _ROOT / "static"
