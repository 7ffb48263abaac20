"""The door with its rooms."""

from kb.api import guides, reports, runs
from kb.api.door import opened

api = opened()
api.add_router("/guides", guides.router)
api.add_router("/runs", runs.router)
api.add_router("/reports", reports.router)
