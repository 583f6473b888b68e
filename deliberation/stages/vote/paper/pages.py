"""Everything on a vote's paper page."""

from deliberation.stages.vote.paper import count_pages, desk_pages, print_pages, sheet_pages

routes = [*desk_pages.routes, *sheet_pages.routes, *count_pages.routes, *print_pages.routes]
