"""The catalogue: the one place where order, roles and numbers are declared. Pure.

A further stage is a folder, its templates and one tuple entry here; a local rule set is one
`replace(...)`. Rule sets are never edited once used, only superseded by a new version.
"""

from dataclasses import replace

from deliberation.matters.rules import MOVES, REGISTRATION
from deliberation.procedure import EVERYONE, OVERSEERS, STAFF, Norms, Procedure, Role
from deliberation.stages.consultation.rules import STAGE as CONSULTATION
from deliberation.stages.implementation.rules import STAGE as IMPLEMENTATION
from deliberation.stages.notices.rules import DECISION, RESULT
from deliberation.stages.opinions.rules import STAGE as OPINIONS
from deliberation.stages.party_meeting.rules import STAGE as PARTY_MEETING
from deliberation.stages.proposal.rules import STAGE as PROPOSAL
from deliberation.stages.vote.rules import STAGE as VOTE

ONE_THREE_TWO = Procedure(
    key="one-three-two",
    version="1",
    name="一征三议两公开",
    stages=(
        REGISTRATION,
        OPINIONS,
        PROPOSAL,
        CONSULTATION,
        VOTE,
        DECISION,
        IMPLEMENTATION,
        RESULT,
    ),
    note="公开的文件没有规定本工作法的具体人数，数字取自居委会组织法、四议两公开和民法典。",
)
FOUR_TWO = replace(
    ONE_THREE_TWO,
    key="four-two",
    name="四议两公开",
    stages=(
        REGISTRATION,
        OPINIONS,
        PROPOSAL,
        CONSULTATION,
        PARTY_MEETING,
        replace(VOTE, step="四议"),
        DECISION,
        IMPLEMENTATION,
        RESULT,
    ),
    note="在表决前多一步党员大会审议。",
)
COMMUNITY_WIDE = replace(
    ONE_THREE_TWO,
    key="one-three-two-community",
    version="2",
    name="一征三议两公开（全社区表决）",
    norms=Norms(opinions_days=15, posting_days=5, boards_proof=1, whole_community_votes=True),
    note="地方做法：全社区的党员和居民代表都参加表决，征求意见15天，名册公示5天，"
    "公示要有1处公示栏在张贴时和期满时的证明。",
)
PROCEDURES = {item.key: item for item in (ONE_THREE_TWO, FOUR_TWO, COMMUNITY_WIDE)}
DEFAULT = ONE_THREE_TWO.key

STANDING = {
    "matters.register": STAFF,
    "matters.terminate": frozenset({Role.SECRETARY}),
    "roll.preview": frozenset({Role.CLERK, Role.SYSTEM}),
    "roll.commit": frozenset({Role.CLERK, Role.SYSTEM}),
    "roll.undo": frozenset({Role.CLERK, Role.SYSTEM}),
    "people.correct": frozenset({Role.CLERK}),
    "people.ask_correction": EVERYONE,
    "people.settle_correction": frozenset({Role.CLERK}),
    "people.unmask": STAFF | OVERSEERS,
    "people.search": STAFF | OVERSEERS | {Role.ADMINISTRATOR},
    "people.appoint": frozenset({Role.ADMINISTRATOR, Role.SECRETARY}),
    "people.appoint_voter": frozenset({Role.SECRETARY}),
    "places.create": frozenset({Role.ADMINISTRATOR, Role.CLERK, Role.SYSTEM}),
    "places.edit": frozenset({Role.ADMINISTRATOR, Role.CLERK}),
    "accounts.create_staff": frozenset({Role.ADMINISTRATOR, Role.SYSTEM}),
    "accounts.reset_password": frozenset({Role.ADMINISTRATOR}),
    "accounts.disable": frozenset({Role.ADMINISTRATOR}),
    "accounts.enable": frozenset({Role.ADMINISTRATOR}),
    "accounts.issue_slip": frozenset({Role.CLERK, Role.COMMITTEE}),
    "accounts.revoke_slip": frozenset({Role.CLERK, Role.COMMITTEE}),
    "accounts.ask_code": EVERYONE,
    "accounts.sign_in": EVERYONE,
    "accounts.help_sign_in": STAFF | {Role.SUPERVISOR},
    "accounts.sign_out": EVERYONE,
    "accounts.seen": EVERYONE,
    "accounts.switch": EVERYONE,
    "opinions.see": EVERYONE,
    "opinions.read_scans": frozenset({Role.SYSTEM}),
    "opinions.forget": frozenset({Role.SYSTEM}),
    "opinions.review": frozenset({Role.RESIDENT}),
    "opinions.settle": STAFF,
    "accounts.end_session": EVERYONE,
    "accounts.change_password": EVERYONE,
    "accounts.choose_password": EVERYONE,
    "calendars.enter": frozenset({Role.ADMINISTRATOR}),
    "documents.render": frozenset({Role.SYSTEM}),
    "documents.retry": STAFF,
    "papers.print": MOVES,
    "boards.create": frozenset({Role.CLERK}),
    "boards.retire": frozenset({Role.CLERK}),
    "boards.pair": frozenset({Role.CLERK, Role.COMMITTEE}),
    "boards.unpair": frozenset({Role.CLERK, Role.COMMITTEE}),
    "boards.bind": frozenset({Role.SYSTEM}),
    "boards.served": frozenset({Role.SYSTEM}),
    "boards.reported": frozenset({Role.SYSTEM}),
    "boards.photograph": STAFF,
    "boards.confirm_photo": STAFF,
    "notices.register": STAFF,
    "messages.order": MOVES,
    "messages.cancel": MOVES,
    "messages.address": frozenset({Role.SYSTEM}),
    "messages.settle": frozenset({Role.SYSTEM}),
    "messages.mute": EVERYONE,
    "vote.take_openings": OVERSEERS | {Role.REPRESENTATIVE},
    "log.restored": frozenset({Role.SYSTEM}),
}


def get(key: str) -> Procedure:
    """Raises KeyError for a rule set this version does not know."""
    return PROCEDURES[key]
