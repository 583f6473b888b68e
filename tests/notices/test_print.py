"""The notices as PDF, read back by programs that are not ours: the paper equals the record."""

import subprocess
from datetime import date

import pymupdf
import pytest

from deliberation.acting import acting
from deliberation.documents.models import Document
from deliberation.documents.queue import html_of
from deliberation.matters import actions as matters
from deliberation.matters import passages
from deliberation.matters.models import Matter
from deliberation.procedure import Outcome
from deliberation.stages.implementation.models import Variation
from deliberation.stages.notices import actions, issuing
from deliberation.stages.notices.facts import facts
from deliberation.stages.notices.models import Notice
from deliberation.stages.vote.models import Question, Vote
from deliberation.stages.vote.profiles import PROFILES, as_json
from tests.cast import PlanItem
from tests.notices.record import RARE, counted, stay, told
from tests.notices.test_actions import hung, sign
from tests.web.test_pdf import undrawn

pytestmark = [pytest.mark.anyio, pytest.mark.one_engine]


def _body(page: pymupdf.Page) -> str:
    """A page's text without its foot, which would come between two halves of a sentence."""
    area = pymupdf.Rect(0, 0, page.rect.width, page.rect.height - 35 / 25.4 * 72)
    return "".join(page.get_text(clip=area).split())


class Paper:
    """A notice as printed: its PDF, its text without spaces and line ends."""

    def __init__(self, pdf: bytes):
        pymupdf.TOOLS.mupdf_warnings()  # says of the file before how often its last one came
        self.pdf, self.document = pdf, pymupdf.open(stream=pdf)
        self.text = "".join(_body(page) for page in self.document)
        self.warnings = pymupdf.TOOLS.mupdf_warnings()

    def has(self, *pieces: str) -> None:
        """Every piece is there, in this order."""
        at = 0
        for piece in pieces:
            found = self.text.find("".join(piece.split()), at)
            assert found >= 0, f"“{piece}” is missing after {self.text[max(at - 30, 0) : at]!r}"
            at = found


async def printed(world, renderer, notice: Notice) -> Paper:
    document = await Document.get(id=notice.document_id)
    pdf = await renderer.render(html_of(document, world.settings))
    paper = Paper(pdf)
    assert paper.warnings == ""
    assert undrawn(paper.document) == set()
    return paper


async def test_the_decision_notice_says_what_the_record_says(world, renderer):
    _, notice = await hung(world)
    paper = await printed(world, renderer, notice)
    paper.has(
        "关于东风里小区老旧管网改造决议内容的公示",
        "东风里小区全体居民：",
        "一、决议事项",
        "共5户",
        "2026年2月9日至2026年2月24日，收到意见3条（网上1条、入户走访1条、小板凳会议1条）",
        "听到其中2户的意见",
        "采纳2条、部分采纳1条、不采纳0条、转办0条",
        "应到3人，实到2人，同意2人",
        "邀请3家单位书面表态：同意1家、有条件同意1家、逾期未答复1家",
        "2026年3月1日（星期日）9:00至2026年3月1日（星期日）18:00",
        "会议签到40人；手机投票30人，纸质投票11人",
        "三、表决情况",
        "51423361 1 1通过",
        "应到51人的三分之二以上即34人，实到42人，符合规定。",
        "实到42人的过半数即22人，同意33人，通过。",
        "监票人：孙**、䶮**。计票人：冯**。",
        "共2项，资金合计516,000.50元：财政资金436,000.50元、居民出资80,000.00元",
        "1.更换排水主管（2栋），480,000.00元，由示例市政公司负责，2026年4月1日至2026年6月30日实施",
        "2026年3月3日至2026年3月9日24时，共7个自然日",
        "收到异议后3个工作日内答复",
        "特此公示。",
        "附件：1.决议内容明细表2.居民意见和答复",
        "示例市梧桐区槐荫街道向阳社区居民委员会2026年3月2日",
        f"编号：{notice.number}",
        notice.figures["log_head"][:32],
        f"http://127.0.0.1:8000/notices/{notice.code}",
        "附件1",
        "516,000.50",
        "附件2",
        "电话［已隐去］",
    )
    assert "19900001234" not in paper.text
    assert "样例" not in paper.text
    assert len(paper.pdf) < 300_000


async def test_the_screen_shows_the_same_figures_as_the_paper(world, renderer, client):
    _, notice = await hung(world)
    page = (await (await client("visitor")).get(f"/notices/{notice.code}")).text
    figures = ("33", "516,000.50", "收到意见3条", "2026年3月9日24时", "应到51人的三分之二以上")
    paper = await printed(world, renderer, notice)
    for figure in figures:
        assert figure in paper.text
        assert figure in page


async def test_the_result_notice_says_what_the_ledgers_say(world, renderer):
    _, notice = await hung(world, "result_notice")
    paper = await printed(world, renderer, notice)
    paper.has(
        "关于东风里小区老旧管网改造实施情况的公示",
        "一、决议完成情况",
        "更换排水主管2栋2026年4月1日至2026年6月30日2026年3月2日一致—",
        "二、时间和验收",
        f"示例监理公司{RARE}验收合格",
        "三、资金",
        "更换排水主管480,000.00470,000.00466,000.50466,000.5013,999.50",
        "合计516,000.50506,000.00502,000.50502,000.5014,000.00",
        "财政资金436,000.50426,000.0010,000.50",
        "居民出资80,000.0076,000.503,999.50",
        "四、变更事项",
        "没有变更。",
        "五、居民评议",
        "请5户评议，5户作了评议：满意3户、基本满意1户、不满意1户",
        "占作了评议的4/5，即80.0%",
        "八、监督意见",
        "居务监督委员会成员：孙监督",
        "九、意见反馈",
        "特此公示。",
    )


async def test_an_interim_notice_asks_nobody_for_a_verdict_yet(world, renderer):
    _, notice = await hung(world, "implementation")
    paper = await printed(world, renderer, notice)
    paper.has("现将进展情况公示如下", "六、公示时间", "七、意见反馈")
    assert "居民评议" not in paper.text
    assert "监督意见" not in paper.text


async def test_rare_names_print_and_are_read_back_by_another_reader(world, renderer):
    _, notice = await hung(world, "result_notice")
    pdf = (await printed(world, renderer, notice)).pdf
    run = subprocess.run(["pdftotext", "-", "-"], input=pdf, stdout=-1, stderr=-1, check=True)
    assert set(RARE) <= set(run.stdout.decode())
    assert run.stderr == b""


async def test_the_opening_of_a_vote_has_its_figures_from_the_vote(world, renderer):
    matter = await told(world, "vote")
    passage = await stay(matter, "vote")
    async with acting(await world.actor("张经办"), "vote.open", world.now, matter=matter) as act:
        title = f"关于{matter.title}表决的公告"
        notice = await issuing.issue(act, passage, kind="D", title=title, figures={})
    paper = await printed(world, renderer, notice)
    paper.has(
        "关于东风里小区老旧管网改造表决的公告",
        "1.东风里小区老旧管网改造方案（同意／反对／弃权）",
        "记名",
        "党员和居民代表。名册共3人",
        "应到人数的三分之二以上到会，实到人数的过半数同意，方为通过",
        "2026年3月2日（星期一）9:00至2026年3月2日（星期一）18:00",
        "须由本人投票，不接受委托",
        "监票人：孙**、䶮**。计票人：冯**。",
        "特此公告。",
        "表决名册：3人",
    )


async def owners_vote(matter: Matter) -> None:
    """Turns the matter's vote into one of owners under P8: area passes, heads fail."""
    figures = counted("not_passed") | {
        "profile": "P8",
        "entitled": {"heads": 90, "area": 900000},
        "present": {"heads": 60, "area": 600000},
        "quorum_sums": [
            "业主90人的三分之二以上即60人,参与表决60人,符合规定",
            "专有部分面积9,000.00㎡的三分之二以上即6,000.00㎡,参与表决6,000.00㎡,符合规定",
        ],
    }
    row = figures["questions"][0]
    row["counts"] = {"for": 44, "against": 16, "abstain": 0, "invalid": 0, "not_returned": 0}
    row["area"] = {"for": 450000, "against": 150000, "abstain": 0, "invalid": 0}
    row["sums"] = [
        *figures["quorum_sums"],
        "参与表决60人的四分之三以上即45人,同意44人,不符合规定",
        "人数不符合规定,面积符合规定,未通过",
    ]
    profile = as_json(PROFILES["P8"])
    await Vote.filter(matter=matter).update(profile=profile, result=figures)


async def test_a_vote_of_owners_prints_heads_and_areas_and_which_of_them_failed(world, renderer):
    matter = await told(world, "vote")
    await owners_vote(matter)
    async with acting(
        await world.actor("李书记"), "vote.conclude", world.now, matter=matter
    ) as act:
        await passages.fail(act, Outcome.NOT_PASSED)
    paper = await printed(world, renderer, await Notice.get(kind="E"))
    paper.has(
        "关于东风里小区老旧管网改造未通过的公告",
        "应到909,000.00",
        "同意444,500.00",
        "反对161,500.00",
        "专有部分面积9,000.00㎡的三分之二以上即6,000.00㎡，参与表决6,000.00㎡，符合规定。",
        "参与表决60人的四分之三以上即45人，同意44人，不符合规定。",
        "人数不符合规定，面积符合规定，未通过。",
        "没有通过，不形成决议。",
        "本议题回到“两委”提议，重新办理。",
        "特此公告。",
    )
    assert paper.text.count("业主90人的三分之二以上即60人") == 1


async def test_an_extension_prints_the_old_and_the_new_end(world, renderer):
    matter, _ = await hung(world)
    clerk = await world.actor("张经办")
    await matters.extend(clerk, matter, last_on=date(2026, 3, 12), reason="连日下雨", now=world.now)
    paper = await printed(world, renderer, await Notice.get(kind="E"))
    paper.has(
        "关于东风里小区老旧管网改造延期的公告",
        "原定2026年3月9日24时截止，现延长到2026年3月12日24时截止，其他不变。原因：连日下雨",
        "二、下一步",
        "本议题仍处于“决议公开”",
    )


@pytest.mark.parametrize(
    ("stage", "outcome", "to", "said"),
    [
        ("proposal", Outcome.SENT_BACK, "opinions", "退回重新办理。原因：资料不全"),
        ("proposal", Outcome.NOT_PASSED, "opinions", "的会议应到3人，实到2人，同意2人"),
        ("proposal", Outcome.INQUORATE, "proposal", "到会人数不够规定，本次会议流会"),
        ("vote", Outcome.INQUORATE, "vote", "到会人数不够规定，本次表决流会"),
        ("opinions", Outcome.TERMINATED, None, "本议题终止，不再办理"),
        ("implementation", Outcome.VARIED, "consultation", "财政资金增加1,000.01元"),
    ],
)
async def test_every_end_has_its_announcement(world, renderer, stage, outcome, to, said):
    matter = await told(world, stage)
    if outcome is Outcome.VARIED:
        await Variation.create(
            item=await PlanItem.filter(plan__matter=matter).first(),
            kind="changed",
            change="管径加大",
            reason="流量不够",
            payer="treasury",
            difference=100001,
            beyond_by_rule=True,
            beyond=True,
            recorded_at=world.now,
        )
    act_name = "matters.terminate"  # the secretary's, from any stage
    async with acting(await world.actor("李书记"), act_name, world.now, matter=matter) as act:
        await passages.leave(act, outcome, to=to, reason="资料不全")
    paper = await printed(world, renderer, await Notice.get(kind="E"))
    paper.has("的公告", said, "下一步", "特此公告。")


async def test_a_choice_between_schemes_prints_its_options_as_rows(world, renderer):
    matter = await told(world, "decision_notice")
    result = counted()
    result["questions"][0] |= {
        "kind": "choice",
        "winner": "b",
        "counts": {"a": 3, "b": 37, "abstain": 1, "invalid": 0, "not_returned": 1},
    }
    await Vote.filter(matter=matter).update(result=result)
    options = [{"key": "a", "label": "甲方案"}, {"key": "b", "label": "乙方案"}]
    await Question.filter(vote__matter=matter).update(options=options)
    drafted = await actions.draft(await world.actor("张经办"), matter, note="", now=world.now)
    notice = await sign(world, matter, drafted)
    paper = await printed(world, renderer, notice)
    paper.has("通过（乙方案）", "应到51", "实到42", "甲方案3", "乙方案37", "弃权1", "未交票1")


async def test_a_sample_says_so_on_every_page(world, renderer):
    _, notice = await hung(world)
    world.settings = type(world.settings)(data_dir=world.settings.data_dir, demo=True)
    paper = await printed(world, renderer, notice)
    assert all("样例" in page.get_text() for page in paper.document)


async def test_money_that_residents_refused_is_in_no_sum(world, renderer):
    matter = await told(world, "decision_notice")
    result = counted()
    funds = result["questions"][0] | {"number": 2, "kind": "funds", "outcome": "not_passed"}
    result["questions"].append(funds | {"text": "您是否同意由居民自愿出资80,000.00元？"})
    await Vote.filter(matter=matter).update(result=result)
    vote = await Vote.get(matter=matter)
    question = await Question.get(vote=vote)
    await Question.create(
        vote=vote, number=2, kind="funds", text=funds["text"], options=question.options
    )
    drafted = await actions.draft(await world.actor("张经办"), matter, note="", now=world.now)
    notice = await sign(world, matter, drafted)
    paper = await printed(world, renderer, notice)
    paper.has("资金合计436,000.50元：财政资金436,000.50元", "居民出资80,000.00元没有获得通过")
    assert "516,000.50" not in paper.text
    assert (await facts(matter, "decision_notice")).residents_meeting_missing is False
