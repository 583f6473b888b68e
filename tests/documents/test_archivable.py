"""Every kind of paper the program can print, judged by programs that are not ours.

A kind is a `*.print.html` that no other extends. A new one fails here until PRINTED makes one.
"""

import re
import subprocess
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pymupdf
import pytest

from deliberation.acting import acting
from deliberation.documents.files import Files
from deliberation.documents.models import Document
from deliberation.documents.queue import Queue
from deliberation.matters import actions as matters
from deliberation.matters import confirming, passages
from deliberation.matters.models import Meeting
from deliberation.papers import actions as ordering
from deliberation.procedure import Outcome
from deliberation.settings import Settings
from deliberation.stages.notices import issuing, objections
from deliberation.stages.opinions.paper import printing as forms
from deliberation.stages.proposal import actions as proposal
from deliberation.stages.vote.paper import printing
from deliberation.web.assets import TEMPLATES
from deliberation.web.pdf import Renderer
from deliberation.web.seal import Seal, make_own
from tests.cast import matter_at
from tests.conftest import WorldClock
from tests.documents.verapdf import failures
from tests.notices.record import RARE, stay, told
from tests.notices.test_actions import hung, object_to
from tests.notices.test_print import owners_vote
from tests.opinions.test_actions import opened
from tests.vote.test_rolls import posted
from tests.vote.voting import open_vote
from tests.web.sample import sample_notice

pytestmark = [pytest.mark.anyio, pytest.mark.one_engine]
NO_COLOURS = "warning: ICC support is not available\n"  # Debian's mutool of itself, of no file
EXTENDS = re.compile(r'{%-? extends "([^"]+\.print\.html)"')


def kinds() -> set[str]:
    """The templates that papers are made from, as a document names them."""
    files = {str(path.relative_to(TEMPLATES)): path for path in TEMPLATES.rglob("*.print.html")}
    frames = {name for path in files.values() for name in EXTENDS.findall(path.read_text())}
    return {name for name in files if name not in frames and not Path(name).name.startswith("_")}


async def notices(world) -> None:
    """决议公示, its register of objections, its longer period, and 实施情况公示."""
    matter, notice = await hung(world)
    clerk = await world.actor("张经办")
    await object_to(world, matter, notice)
    await objections.order_register(clerk, matter, now=world.now)
    await matters.extend(clerk, matter, last_on=date(2026, 3, 12), reason="连日下雨", now=world.now)
    await hung(world, "result_notice")


async def opening(world) -> None:
    """征求意见通知, 名册公示 and 表决公告."""
    await opened(world)
    await posted(world)
    matter = await told(world, "vote")
    async with acting(await world.actor("张经办"), "vote.open", world.now, matter=matter) as act:
        title = f"关于{matter.title}表决的公告"
        await issuing.issue(act, await stay(matter, "vote"), kind="D", title=title, figures={})


async def votes(world) -> None:
    """What is printed around a named and a secret vote."""
    clerk = await world.actor("张经办")
    for secret, wanted in ((False, ("sheets", "issue", "sign_in")), (True, ("ballots", "count"))):
        matter, vote, _ = await open_vote(world, 12, secret=secret)
        await Meeting.create(
            matter=matter,
            passage_id=vote.passage_id,
            stage="vote",
            held_at=world.now,
            venue="居委会二楼",
            chair="李书记",
            recorder="张经办",
            convened_at=world.now,
        )
        for kind in wanted:
            await printing.order(clerk, matter, kind=kind, now=world.now)


async def owners(world) -> None:
    """A vote by heads and areas, whose tables stand upright."""
    matter = await told(world, "vote")
    await owners_vote(matter)
    lead = await world.actor("李书记")
    async with acting(lead, "vote.conclude", world.now, matter=matter) as act:
        await passages.fail(act, Outcome.NOT_PASSED)


async def filed(world) -> None:
    """What people fill in and staff file."""
    clerk, matter = await world.actor("张经办"), await told(world, "proposal")
    for paper in ("opinion_form", "objection_form", "dossier"):
        await ordering.order(clerk, matter, paper=paper, now=world.now)
    heard = await matter_at(world, "opinions")
    await forms.order(clerk, heard, building=None, room="", now=world.now)
    await ordering.order(clerk, heard, paper="phoneless", now=world.now)
    meeting = await Meeting.filter(matter=matter).first()
    meeting.points = f"{RARE}家的水管先换。"
    async with acting(clerk, "papers.print", world.now, matter=matter) as act:
        await confirming._document(act, proposal.kind(matter), meeting)
    owned, _, _ = await open_vote(world, 3, profile="P8")
    await ordering.order(clerk, owned, paper="proxy_form", now=world.now)


PRINTED: list[Callable[[object], Awaitable[None]]] = [notices, owners, opening, votes, filed]


@pytest.fixture(scope="module")
def kept() -> dict[str, list[Path]]:
    """The papers, made once for all tests."""
    return {}


@pytest.fixture
async def papers(world, kept, tmp_path_factory) -> dict[str, list[Path]]:
    """Signed PDFs of every kind, by its template, as the queue leaves it."""
    if not kept:
        kept |= await made(world, tmp_path_factory.mktemp("papers"))
    return kept


async def made(world, folder: Path) -> dict[str, list[Path]]:
    for make in PRINTED:
        await make(world)
    make_own(folder / "seal.p12", "向阳社区居民委员会", datetime.now(UTC))
    seal = Seal.open(Settings(seal_certificate=str(folder / "seal.p12")))
    files, found = Files(folder / "files"), {}
    async with Renderer() as renderer, seal:
        await Queue(renderer, files, WorldClock(world), world.settings, seal).drain()
        long = await seal.sign(await renderer.render(sample_notice()))
    for row in await Document.filter(error="").select_related("file"):
        path = folder / row.template.replace("/", "-").replace(".print.html", f"-{row.id}.pdf")
        path.write_bytes(files.get(row.file.sha256))
        found.setdefault(row.template, []).append(path)
    found["a long notice"] = [folder / "long.pdf"]
    found["a long notice"][0].write_bytes(long)
    return found


async def test_every_kind_of_paper_is_archivable_and_made_for_screen_readers(papers, tmp_path):
    """One run judges all of them and a file that is neither, so that silence is no praise."""
    assert kinds() <= set(papers), "a kind of paper without an example in PRINTED"
    neither = tmp_path / "neither.pdf"
    with pymupdf.open() as plain:
        plain.new_page().insert_text((50, 50), "neither")
        plain.save(neither)
    files = [path for paths in papers.values() for path in paths]
    found = failures(neither, *files)
    assert found.pop(("neither.pdf", "3a")) and found.pop(("neither.pdf", "ua1"))
    assert len(found) == 2 * len(files)
    assert {pair: what for pair, what in found.items() if what} == {}


async def test_poppler_and_mupdf_have_nothing_to_say_against_any_kind(papers):
    for path in [path for paths in papers.values() for path in paths]:
        for command in (
            ["pdfinfo", path],
            ["pdftotext", path, "-"],
            ["pdftoppm", "-r", "30", path, path.with_suffix("")],
            ["mutool", "info", path],
            ["mutool", "draw", "-q", "-F", "txt", path],
            ["mutool", "draw", "-q", "-r", "30", "-o", "/dev/null", path],
        ):
            run = subprocess.run(command, capture_output=True, text=True)
            said = run.stderr.replace(NO_COLOURS, "")
            assert (run.returncode, said) == (0, ""), command


async def test_rare_names_are_copied_from_a_notice_as_they_are(papers):
    for command in (["pdftotext"], ["mutool", "draw", "-q", "-F", "txt"]):
        path = papers["notices/b.print.html"][0]
        ends = ["-"] if command == ["pdftotext"] else []
        run = subprocess.run([*command, path, *ends], capture_output=True, text=True, check=True)
        assert set(RARE) <= set(run.stdout)
