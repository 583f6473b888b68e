"""实施 and 二公开: the works, the money, the verdicts, the notice of the result."""

from decimal import Decimal

from tests.story.deciding import hang, photograph
from tests.story.story import CLERK, SUPERVISORS, VISITOR, Story

PAID = {
    "更换排水主管": {"财政资金": "392000", "居民出资": "78400.40"},
    "更换楼道灯": {"财政资金": "35000"},
}


async def build(story: Story) -> None:
    """Every item has a step that is done, a contract, payments and a settlement."""
    names = "、".join(PAID)
    await story.stuck("implementation", f"还没有完工：{names}", f"还没有登记结算价：{names}")
    for name, payments in PAID.items():
        await work_on(story, name)
        await pay(story, name, payments)
    public = (await story.see(VISITOR, "implementation")).text
    assert "505,400.40" in public and "居民代表到场验收合格。" in public
    assert "合同" not in public.replace("合同价", ""), "vouchers are not for everyone"
    assert "评议 0/" in (await story.see(CLERK, "implementation")).text
    await story.onward("implementation")


async def item_page(story: Story, name: str) -> str:
    """The address of an item's ledger, from the card that names it."""
    cards = (await story.see(CLERK, "implementation")).tree.all("article", of="card")
    card = next(card for card in cards if name in card.text)
    return next(a.get("href") for a in card.all("a") if "登记进度" in a.text)


async def work_on(story: Story, name: str) -> None:
    page = await item_page(story, name)
    step = {"title": "竣工验收", "planned_on": story.day(60)}
    await story.do(CLERK, page, "/milestones", step)
    story.morning(30)
    done = {"milestone": "竣工验收", "done_on": story.day(), "report": "居民代表到场验收合格。"}
    await story.do(CLERK, page, "/report", done)


async def pay(story: Story, name: str, payments: dict[str, str]) -> None:
    page = await item_page(story, name)
    total = str(sum(map(Decimal, payments.values())))
    entry = {"paid_on": story.day(), "recipient": "示例市政公司"}
    contract = entry | {"kind": "合同价", "amount": total, "voucher": f"{name}合同"}
    await story.do(CLERK, page, "/spend", contract)
    for payer, amount in payments.items():
        paid = {"kind": "付款", "payer": payer, "amount": amount, "voucher": f"{name}{payer}"}
        await story.do(CLERK, page, "/spend", entry | paid)
    settled = entry | {"kind": "结算价", "amount": total, "voucher": f"{name}审定书"}
    await story.do(CLERK, page, "/spend", settled)


async def vary(story: Story, name: str, more: str) -> None:
    """One yuan of the treasury's more is beyond the resolution; nothing else may follow it."""
    change = {
        "kind": "改变做法或数量",
        "change": "管径由110改为160",
        "reason": "开挖后发现汇水量大",
        "difference": more,
        "payer": "财政资金",
        "beyond": "超出决议",
    }
    await story.do(CLERK, await item_page(story, name), "/vary", change)
    missing = (await story.see(VISITOR, "implementation")).blockers
    assert "有超出决议的变更，请退回商议或表决" in missing


async def publish_result(story: Story) -> None:
    """The supervisors' opinion, four verdicts, the second notice hung to its end."""
    opinion, verdicts = "居务监督委员会还没有写监督意见", "还没有请居民评议满意不满意"
    await story.stuck("result_notice", "公示还没有签发", opinion, verdicts)
    said = {"text": "资金使用与决议一致，同意公示。"}
    await story.do(SUPERVISORS[0], "result_notice", "/supervise", said)
    await evaluate(story)
    await story.stuck("result_notice", "公示还没有签发")
    await hang(story, "result_notice")
    await story.stuck("result_notice", "公示到")
    await story.over("result_notice")
    await photograph(story, "result_notice")
    await story.onward("result_notice")


async def judge(story: Story, name: str, url: str, verdict: str) -> None:
    """The question, one page to look over, and the receipt."""
    story.world.later(minutes=1)
    person, page = await story.person(name), await story.see(name, url)
    page = await person.press(page, "*/evaluation", {"verdict": verdict}, status=200)
    assert "评议已收到" in (await person.press(page, "*/evaluation/submit")).text


async def evaluate(story: Story) -> None:
    page = (await story.see("赵大妈", "result_notice")).link("评议")
    for name, verdict in (("赵大妈", "满意"), ("钱师傅", "基本满意"), ("褚阿姨", "不满意")):
        await judge(story, name, page, verdict)
    asked = {"place": "东风里小区2号楼", "room": "102", "channel": "上门", "verdict": "满意"}
    await story.do(CLERK, page, "/evaluation/record", asked)
    assert "满意" in (await story.see(VISITOR, page)).text
