"""The log is only ever added to, and so is what is known of outages."""

from deliberation.database.guards import never

GUARDS = [*never("entry", "UPDATE", "DELETE"), *never("outage", "UPDATE", "DELETE")]
