"""The clock that pages read. Rules and actions never read it: `now` is passed to them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path


class Clock:
    """The real time, in UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class DemoClock(Clock):
    """The real time plus an offset that the demo's visitors move forward, kept in a file.

    It exists so that a newcomer sees a whole line in ten minutes; only a demo creates it.
    """

    def __init__(self, path: Path):
        self._path = path
        self._offset = timedelta(seconds=int(path.read_text()) if path.exists() else 0)

    def now(self) -> datetime:
        return super().now() + self._offset

    def forward(self, step: timedelta) -> None:
        """Moves ahead by `step`, never back: a record already made must not lie in the future."""
        if step < timedelta(0):
            raise ValueError("the demo clock moves forward only")
        self._offset += step
        self._path.write_text(str(int(self._offset.total_seconds())))
