"""The meeting of the two committees; what it does is shared with every meeting."""

from deliberation import procedures
from deliberation.matters.called import committee
from deliberation.matters.meetings import Kind
from deliberation.matters.models import Matter
from deliberation.stages.proposal.rules import MEETING, STAGE


def kind(matter: Matter) -> Kind:
    """The meeting as the matter's own rule set counts it."""
    norms = procedures.get(matter.procedure).norms
    return Kind(STAGE.key, MEETING, committee, norms.committee_quorum, norms.committee_majority)
