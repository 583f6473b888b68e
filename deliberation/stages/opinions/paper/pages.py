"""Everything of opinions on paper."""

from deliberation.stages.opinions.paper import print_pages, scan_pages

routes = [*print_pages.routes, *scan_pages.routes]
