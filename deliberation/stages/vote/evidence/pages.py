"""Everything anyone can check."""

from deliberation.stages.vote.evidence import package_pages, proof_pages

routes = [*package_pages.routes, *proof_pages.routes]
