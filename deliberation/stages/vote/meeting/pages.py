"""Everything of the meeting in the hall."""

from deliberation.stages.vote.meeting import attendance_pages, screen_pages

routes = [*attendance_pages.routes, *screen_pages.routes]
