"""The meeting of all full party members; what it does is shared with every meeting."""

from deliberation import procedures
from deliberation.matters.called import party_members
from deliberation.matters.meetings import Kind
from deliberation.matters.models import Matter
from deliberation.stages.party_meeting.rules import MEETING, STAGE
from deliberation.stages.vote.profiles import PROFILES


def kind(matter: Matter) -> Kind:
    """The meeting as the profile counts it that the matter's own rule set names."""
    profile = PROFILES[procedures.get(matter.procedure).norms.meeting_profile]
    return Kind(STAGE.key, MEETING, party_members, profile.quorum, profile.majority)
