"""Run one benchmark by its name: ``python -m tests.benchmarks NAME [ARGUMENTS]``."""

from __future__ import annotations

import importlib
import sys

BENCHMARKS = {
    "objective": "tests.benchmarks.objective_to_code",
    "flow": "tests.benchmarks.flow_against_lsoda",
    "map": "tests.benchmarks.regime_map",
    "slider": "tests.benchmarks.slider_to_pixels",
    "page": "tests.benchmarks.page",
}


def main(argv: list[str]) -> int:
    """Hand the arguments after the name to that benchmark's ``main``; return the exit code."""
    if not argv or argv[0] not in BENCHMARKS:
        found = f"unknown benchmark {argv[0]!r}" if argv else "which benchmark?"
        print(f"{found}; allowed: {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    # Imported by name only now, so that one benchmark needs nothing the others import.
    return importlib.import_module(BENCHMARKS[argv[0]]).main(argv[1:]) or 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
