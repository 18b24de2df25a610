"""A process that approves a submission, to be killed on its way. `python -m tests.submissions.approver URL FOLDER NUMBER`"""

import sys
from pathlib import Path

from dashboard.store import Store
from dashboard.submissions import deeds
from tests.submissions.desk import CHIEF, counter

if __name__ == "__main__":
    url, folder, number = sys.argv[1:]
    deeds.approve(counter(Store.open(url), Path(folder)), int(number), CHIEF)
