"""The tables of README.md and of the folders' own, for the tests that hold them against the code."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
FILES = [ROOT / "README.md", ROOT / "core/optimizers/README.md", ROOT / "core/regimes/README.md"]


def table(heading):
    """The rows of the table whose first column has this heading, as {column: cell}."""
    lines = "\n".join(file.read_text(encoding="utf-8") for file in FILES).splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith(f"| {heading} |"))
    rows = []
    for line in lines[at:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    columns, _, *body = rows
    return [dict(zip(columns, cells, strict=True)) for cells in body]


# What ships: a method in the table of core/optimizers/README.md. To try one, a file in core/optimizers is enough.
OPTIMIZERS = {row["optimizer"].strip("`"): row for row in table("optimizer")}

# The LaTeX of clocks, as the table writes it
SIGNS = {"t_k = ": "", r"\,": " ", r"\sqrt\eta": " √η", r"\eta": "η", "^2": "²", "{": "(", "}": ")", "-": "−"}


def plain(latex):
    for tex, sign in SIGNS.items():
        latex = latex.replace(tex, sign)
    return latex
