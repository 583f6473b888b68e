"""The log is only ever added to."""

from deliberation.database.guards import never

GUARDS = never("entry", "UPDATE", "DELETE")
