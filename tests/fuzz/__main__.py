"""`python -m tests.fuzz [--seconds 60] [--runs 3000] [--only message,rtsp]`: lets a fuzzer that watches coverage (libFuzzer, by atheris)
look for bytes that make a parser fail in another way than by refusing them.

Ends with 0 when it found none; else the bytes stand in `var/fuzz/`.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["dashboard"]):
    from tests.fuzz.targets import REFUSALS, TARGETS, Target

FOUND = Path("var/fuzz")


def main() -> None:
    """One process for all targets: the first byte says which one the others are for."""
    parser = argparse.ArgumentParser(prog="tests.fuzz")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--runs", type=int, default=-1, help="inputs to try; -1: as many as there is time for")
    parser.add_argument("--only", default=",".join(TARGETS))
    asked = parser.parse_args()
    chosen = [(name, TARGETS[name]) for name in asked.only.split(",")]
    FOUND.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as corpus:
        _plant(Path(corpus), [target for _, target in chosen])
        options = [
            f"-max_total_time={asked.seconds}",
            f"-runs={asked.runs}",
            "-max_len=4096",
            "-timeout=10",
            "-rss_limit_mb=2048",
            f"-artifact_prefix={FOUND}/",
        ]
        print(f"fuzzing {', '.join(name for name, _ in chosen)} for {asked.seconds} s", flush=True)
        atheris.Setup([sys.argv[0], *options, corpus], partial(_one, [target for _, target in chosen]))
        atheris.Fuzz()


def _plant(corpus: Path, targets: Sequence[Target]) -> None:
    for place, target in enumerate(targets):
        for number, sample in enumerate(target.samples):
            (corpus / f"{place}_{number}").write_bytes(bytes([place]) + sample)


def _one(targets: Sequence[Target], data: bytes) -> None:
    if data:
        with suppress(*REFUSALS):
            targets[data[0] % len(targets)].read(data[1:])


if __name__ == "__main__":
    main()
