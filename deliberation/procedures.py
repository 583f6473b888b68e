"""The catalogue: the one place where order, roles and numbers are declared. Pure.

A further stage is a folder, its templates and one tuple entry here; a local rule set is one
`replace(...)`. Rule sets are never edited once used, only superseded by a new version.
"""

from dataclasses import replace

from deliberation.matters.rules import REGISTRATION
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
    name="一征三议两公开（全社区表决）",
    norms=Norms(opinions_days=15, posting_days=5, whole_community_votes=True),
    note="地方做法：全社区的党员和居民代表都参加表决，征求意见15天，名册公示5天。",
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
    "people.unmask": STAFF | OVERSEERS,
    "people.appoint": frozenset({Role.ADMINISTRATOR, Role.SECRETARY}),
    "places.create": frozenset({Role.ADMINISTRATOR, Role.CLERK, Role.SYSTEM}),
    "places.edit": frozenset({Role.ADMINISTRATOR, Role.CLERK}),
    "accounts.create_staff": frozenset({Role.ADMINISTRATOR, Role.SYSTEM}),
    "accounts.reset_password": frozenset({Role.ADMINISTRATOR}),
    "accounts.disable": frozenset({Role.ADMINISTRATOR}),
    "accounts.enable": frozenset({Role.ADMINISTRATOR}),
    "accounts.issue_slip": frozenset({Role.CLERK, Role.COMMITTEE}),
    "accounts.revoke_slip": frozenset({Role.CLERK, Role.COMMITTEE}),
    "accounts.sign_in": EVERYONE,
    "accounts.sign_out": EVERYONE,
    "accounts.seen": EVERYONE,
    "accounts.switch": EVERYONE,
    "accounts.end_session": EVERYONE,
    "accounts.change_password": EVERYONE,
    "calendars.enter": frozenset({Role.ADMINISTRATOR}),
    "documents.render": frozenset({Role.SYSTEM}),
    "documents.retry": STAFF,
}

ACT_NAMES = {
    "matters.register": "登记议题",
    "matters.edit": "修改登记",
    "matters.discuss": "登记党组织研究情况",
    "matters.advance": "进入下一步",
    "matters.send_back": "退回",
    "matters.extend": "延期",
    "matters.terminate": "终止议题",
    "opinions.announce": "公布征求意见的期限",
    "opinions.submit": "提意见",
    "opinions.record": "登记意见",
    "opinions.confirm": "确认名册外人员",
    "opinions.group": "归并意见",
    "opinions.answer": "答复意见",
    "proposal.convene": "召集“两委”会议",
    "proposal.minute": "登记“两委”会议纪要",
    "proposal.confirm": "确认“两委”会议纪要",
    "proposal.conclude": "办理“两委”会议结果",
    "plan.edit": "编写方案",
    "plan.freeze": "方案定稿",
    "consultation.invite": "邀请相关单位",
    "consultation.record": "登记单位意见",
    "consultation.absent": "登记单位逾期未答",
    "consultation.explain": "说明席位空缺",
    "consultation.respond": "回应单位条件",
    "consultation.convene": "召集商议会",
    "consultation.minute": "登记商议会纪要",
    "consultation.confirm": "确认商议会纪要",
    "party_meeting.convene": "召集党员大会",
    "party_meeting.minute": "登记党员大会纪要",
    "party_meeting.confirm": "确认党员大会纪要",
    "party_meeting.conclude": "办理党员大会结果",
    "vote.draft": "起草表决",
    "vote.name_scrutineer": "登记监票人、计票人",
    "vote.decide_age": "认定是否年满18岁",
    "vote.post_roll": "名册公示",
    "vote.file_objection": "对名册提异议",
    "vote.answer_objection": "答复名册异议",
    "vote.propose": "提出等第二个人批准的事",
    "vote.freeze": "冻结名册",
    "vote.amend": "更正名册",
    "vote.open": "开始表决",
    "vote.sign_in": "会议签到",
    "vote.cast": "投票",
    "vote.issue_paper": "发放纸质票",
    "vote.hand_back": "收回纸质票",
    "vote.return_paper": "纸质票入箱",
    "vote.enter_paper": "录入纸质票",
    "vote.confirm_paper": "核对纸质票",
    "vote.explain_paper": "写明纸质票的差数",
    "vote.carry_box": "登记流动票箱",
    "vote.print": "打印纸质票和登记表",
    "vote.commit": "记下无记名票的承诺",
    "vote.end": "到截止时间",
    "vote.close": "计票",
    "vote.certify": "监票人核验",
    "vote.conclude": "办理表决结果",
    "vote.void": "作废表决",
    "vote.extend": "延长表决",
    "vote.end_early": "提前截止",
    "notices.draft": "起草公示",
    "notices.publish": "签发公示",
    "notices.object": "提异议",
    "notices.answer": "答复异议",
    "notices.escalate": "提请上一级处理异议",
    "notices.decide": "裁定异议",
    "notices.withdraw": "撤回决议",
    "notices.supervise": "写监督意见",
    "implementation.attach_owners": "附上业主决定",
    "implementation.plan_milestone": "登记工程节点",
    "implementation.report": "报告进度",
    "implementation.spend": "登记花费",
    "implementation.reverse": "冲销花费",
    "implementation.vary": "登记变更",
    "implementation.send_back": "因变更退回",
    "implementation.evaluate": "评议",
    "implementation.record_evaluation": "登记住户的评议",
    "roll.preview": "预览名册文件",
    "roll.commit": "导入名册",
    "roll.undo": "撤销导入",
    "people.correct": "改正人员信息",
    "people.unmask": "查看完整电话",
    "people.appoint": "任命",
    "places.create": "登记地点",
    "places.edit": "修改地点信息",
    "accounts.create_staff": "开通工作人员账号",
    "accounts.reset_password": "重设密码",
    "accounts.disable": "停用账号",
    "accounts.enable": "恢复账号",
    "accounts.issue_slip": "发放登录纸条",
    "accounts.revoke_slip": "作废登录纸条",
    "accounts.sign_in": "登录",
    "accounts.sign_out": "退出",
    "accounts.seen": "使用中",
    "accounts.switch": "换人",
    "accounts.end_session": "结束一处登录",
    "accounts.change_password": "修改密码",
    "calendars.enter": "登记节假日表",
    "documents.render": "生成文件",
    "documents.retry": "重新生成文件",
}


def get(key: str) -> Procedure:
    """Raises KeyError for a rule set this version does not know."""
    return PROCEDURES[key]
