"""A process that asks a portal for what is new, to be killed on its way. `python -m tests.faults.puller URL FOLDER ADDRESS`"""

import sys
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

from dashboard import pulls
from dashboard.store import Store
from tests.feeds.test_portal import Then, asking
from tests.loaded import feeds, ingest_desk

if __name__ == "__main__":
    url, folder, address = sys.argv[1:]
    desk = replace(ingest_desk(Store.open(url), Path(folder)), feeds=feeds())
    with patch("dashboard.feeds.portal.datetime", Then):
        print([report.error for report in pulls.read(desk, asking(address, page_size=40))])
