"""What must be kept safe and does not last for ever: keys, certificate, the gateway's secret; and
what the gateway took. Says that a secret is there, never what it is. Reads only."""

from datetime import datetime, timedelta
from pathlib import Path

from tortoise.functions import Count

from deliberation.calendar import moment_text
from deliberation.log import signing
from deliberation.messages.models import Message
from deliberation.settings import Settings
from deliberation.system.lines import FAIL, WAIT, Line

CERTIFICATE_SOON = timedelta(days=30)
STUCK = timedelta(hours=1)
RECENT = timedelta(days=7)
OTHERS = 0o077  # what a key file may not allow anybody but its owner


def keys(settings: Settings) -> list[Line]:
    ring = signing.keys()
    changed = f"，以前换过{len(ring.publics) - 1}次" if len(ring.publics) > 1 else ""
    return [
        _key("加密电话的密钥", settings.phone_key_path, "在"),
        _key("签办事记录的密钥", settings.log_key_path, f"在，指纹{ring.current}{changed}"),
    ]


def _key(name: str, path: Path, value: str) -> Line:
    if not path.exists():
        hint = "请从另外保管的备份里放回原处，再重新启动；在那以前不要重新启动服务器。"
        return Line(name, "文件不见了", FAIL, hint)
    if path.stat().st_mode & OTHERS:
        hint = "在服务器上把这个文件改成只有运行程序的用户能读（chmod 600），并想一想谁读过。"
        return Line(name, f"{value}，但别的用户也能读", FAIL, hint)
    return Line(name, value)


def certificate(until: datetime | None, real: datetime) -> Line:
    if until is None:
        return Line("电子签章", "没有设置，公示不带电子签章", WAIT, "设置见安装说明。")
    value = f"证书到{moment_text(until)}为止"
    if until <= real:
        return Line("电子签章", value, FAIL, "证书已经到期，新公示的签章不作数，请马上换新证书。")
    if until - real < CERTIFICATE_SOON:
        return Line("电子签章", value, WAIT, "请向发证机构换新证书。")
    return Line("电子签章", value)


async def messages(settings: Settings, now: datetime) -> list[Line]:
    """The gateway and the outbox: counts only."""
    counted = Message.all().annotate(n=Count("id")).group_by("state").order_by("state")
    counts = dict(await counted.values_list("state", "n"))
    waiting, sent, failed = (counts.get(state, 0) for state in ("waiting", "sent", "failed"))
    value = f"等着发{waiting}条，已发出{sent}条，没有发出{failed}条"
    if not settings.sms_url:
        hint = "有短信等着发，但是没有设置网关。设置见安装说明，或者请经办人取消。"
        outbox = Line("发件箱", value, *((FAIL, hint) if waiting else ()))
        also = (WAIT, "有短信在等它，见发件箱。") if waiting else ()
        return [Line("短信网关", "没有设置，不发短信", *also), outbox]
    gateway = "已设置，密钥在" if Path(settings.sms_secret_file).exists() else "密钥文件不见了"
    lost = "请把网关的密钥文件放回原处，再重新启动。"
    wrong = await _outbox(now)
    state = () if gateway.endswith("在") else (FAIL, lost)
    if not state and FAIL in wrong:
        state = (WAIT, "短信发不出去，可能是网关不通，见发件箱。")
    return [Line("短信网关", gateway, *state), Line("发件箱", value, *wrong)]


async def _outbox(now: datetime) -> tuple[str, ...]:
    """What is wrong with it: the state and what to do; nothing when all is well."""
    if await Message.filter(state="waiting", next_at__lt=now - STUCK).exists():
        hint = "有短信超过一小时没有发出，请看看网关通不通、余额够不够，服务器的日志里有原因。"
        return FAIL, hint
    if await Message.filter(state="failed", settled_at__gt=now - RECENT).exists():
        return WAIT, "一周里有没有发出的，多半是号码不对；经办人的办事台上有，请他们打电话通知。"
    return ()
