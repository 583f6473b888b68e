"""The application: routes, middleware, lifespan. It imports everything and nothing imports it."""

import asyncio
import gc
from contextlib import asynccontextmanager, nullcontext

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from deliberation import features
from deliberation.accounts.sessions import Sessions
from deliberation.boards.keeping import Keeper
from deliberation.clock import Clock, DemoClock
from deliberation.database import connect, disconnect, migrate
from deliberation.database.once import Reading
from deliberation.database.state import database_state
from deliberation.documents.files import Files
from deliberation.documents.inbox import Inbox
from deliberation.documents.queue import Queue
from deliberation.log.heartbeat import Heartbeat
from deliberation.messages.gateway import Gateway
from deliberation.messages.queue import Outbox
from deliberation.people.phones import Phones
from deliberation.places.offices import NAMELESS, installed_name
from deliberation.settings import Settings
from deliberation.stages.consultation.invitations import lapse
from deliberation.stages.opinions.paper.queue import Reader
from deliberation.stages.opinions.survey.keeping import forget
from deliberation.stages.vote.casting import pages as ballot_pages
from deliberation.stages.vote.watch import Votes
from deliberation.watching import Watch
from deliberation.web import errors
from deliberation.web.assets import STATIC
from deliberation.web.guards import BodyLimit, Guards, Packed
from deliberation.web.kept import Kept
from deliberation.web.pdf import Renderer
from deliberation.web.scans import Scanner
from deliberation.web.seal import Seal
from deliberation.web.signatures import Examiner
from deliberation.web.unavailable import Unavailable

MOST_BODY = 25 * 1024 * 1024


def create_app(settings: Settings) -> Starlette:
    """The ASGI application for these settings. The database is opened when it starts."""
    routes: list[Route | Mount] = [
        route for module in features.modules("pages") for route in module.routes
    ]
    if settings.demo:
        from deliberation.demo.pages import routes as demo_routes  # noqa: PLC0415 only in a demo

        routes += demo_routes
    routes.append(Mount("/static", StaticFiles(directory=STATIC), name="static"))
    app = Starlette(
        routes=routes,
        exception_handlers=errors.HANDLERS,
        middleware=[
            Middleware(Guards, base_url=settings.base_url),
            Middleware(BodyLimit, most=MOST_BODY),
            Middleware(Unavailable, again=ballot_pages.AGAIN),
            Middleware(Sessions),
            Middleware(Kept, state=database_state),
            Middleware(Reading, state=database_state),
            Middleware(Packed, minimum_size=1024),
        ],
        lifespan=_lifespan,
    )
    app.state.settings = settings
    app.state.name = NAMELESS
    app.state.clock = _clock(settings)
    app.state.phones = Phones.open(settings.phone_key_path)
    app.state.files = Files(settings.data_dir / "files")
    app.state.inbox = Inbox(settings.data_dir / "inbox")
    app.state.scanner = Scanner()
    app.state.seal = Seal.open(settings)
    app.state.gateway = Gateway.open(settings)
    app.state.examiner = Examiner()
    app.state.keeper = Keeper()
    return app


def _clock(settings: Settings) -> Clock:
    return DemoClock(settings.data_dir / "demo-clock") if settings.demo else Clock()


@asynccontextmanager
async def _lifespan(app: Starlette):
    settings = app.state.settings
    await connect(settings, features.model_modules())
    try:
        await migrate(settings, features.model_modules())
        app.state.name = await installed_name()
        async with Renderer(fonts=settings.fonts_dir) as renderer, app.state.seal or nullcontext():
            queue = Queue(renderer, app.state.files, app.state.clock, settings, app.state.seal)
            beating = Heartbeat(settings.data_dir / "heartbeat", app.state.clock)
            state = app.state
            outbox = Outbox(state.gateway, state.phones, state.clock)
            reader = Reader(state.scanner, state.inbox, state.files, state.clock)
            votes = Votes(state.clock)
            deadlines = Watch("consultations", lapse, 5, state.clock)
            uploads = Watch("uploads", forget, 600, state.clock)
            running = (queue, beating, outbox, reader, votes, deadlines, uploads)
            workers = [asyncio.create_task(work.run()) for work in running]
            gc.freeze()  # what is loaded stays: collecting garbage need not look at it each time
            yield
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
    finally:
        await app.state.examiner.close()
        await app.state.scanner.close()
        await disconnect()
