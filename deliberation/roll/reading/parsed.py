"""What a roll file says, as plain facts for the preview and the import."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Refusal:
    """A row that was not taken, or taken with a remark; `reason` is one Chinese sentence."""

    row: int
    sheet: str
    reason: str


@dataclass(frozen=True)
class PersonRow:
    """A person named in the file. `phone` is the first mobile number, '' where there is none.

    `gender` is 'male', 'female' or ''; `party` is 'member', 'probationary' or ''.
    """

    row: int
    name: str
    relationship: str
    is_head: bool
    gender: str
    birth_year: int | None
    birth_date: date | None
    phone: str
    other_phones: tuple[str, ...]
    party: str
    representative: bool
    note: str
    sheet: str = ""


@dataclass(frozen=True)
class HouseholdRow:
    """A household and those of its people whom the file names, in the order of the file.

    `row` is its first row. `entrance` is '' where the place has none. `area_hundredths` are
    hundredths of a square metre. `tenure` is 'owner', 'tenant' or '' (not said). `size` is the
    number of people the file claims, which may be more than it names.
    """

    row: int
    building: str
    entrance: str
    room: str
    area_hundredths: int | None
    tenure: str
    vacant: bool
    size: int | None
    people: tuple[PersonRow, ...]
    sheet: str = ""

    @property
    def contact(self) -> PersonRow:
        """Who speaks for the household: its head, else the eldest of known age, else the first.

        A household may be without head, as when the head's row was refused.
        """
        return next(
            (person for person in self.people if person.is_head),
            min(self.people, key=lambda person: person.birth_year or 9999),
        )


@dataclass(frozen=True)
class Parsed:
    """Every data row of the file is either a row of someone in `households` or in `refused`."""

    households: tuple[HouseholdRow, ...]
    refused: tuple[Refusal, ...]
    warnings: tuple[Refusal, ...]

    @property
    def people(self) -> int:
        """How many persons are named."""
        return sum(len(household.people) for household in self.households)
