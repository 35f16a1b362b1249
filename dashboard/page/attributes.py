"""HTML attributes whose names Python does not take as keywords."""

from __future__ import annotations

from typing import Any


def attributes(**names: str) -> dict[str, Any]:
    """
    ``aria-*`` and ``data-*`` attributes for one of Dash's HTML components.

    Parameters
    ----------
    **names : str
        With underscores in place of hyphens.

    Returns
    -------
    dict of str to Any
        To be unpacked into the component's keywords.
    """
    return {name.replace("_", "-"): value for name, value in names.items()}
