"""The door with its rooms."""

from kb.api import guides, reports, runs, search
from kb.api.door import opened

api = opened()
api.add_router("/guides", guides.router)
api.add_router("/runs", runs.router)
api.add_router("/reports", reports.router)
api.add_router("/search", search.router)
