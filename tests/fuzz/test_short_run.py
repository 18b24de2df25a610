"""A short run of coverage-guided fuzzing; longer runs are `make fuzz`."""

import platform
import re
import subprocess
import sys

import pytest

RUNS = 3000


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the fuzzer is built for no other machine")
def test_no_parser_fails_otherwise_than_by_refusing() -> None:
    command = [sys.executable, "-m", "tests.fuzz", "--runs", str(RUNS), "--seconds", "120"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=400, check=False)
    assert run.returncode == 0, run.stderr[-3000:]
    tried = re.search(r"Done (\d+) runs", run.stderr)
    assert tried is not None
    assert int(tried[1]) >= RUNS / 10, "it hardly ran at all"
