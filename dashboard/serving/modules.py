"""The page's scripts as ES modules, without a build step.

Dash would tag every script of `assets/` by itself, in the order of the alphabet. Here it leaves `assets/js` alone; an
import map gives each module the address that names its version, so that browsers keep it for a year. A module that was
imported without it would have another address than with it, and would run twice.
"""

from __future__ import annotations

import json
from pathlib import Path

from dash import Dash

FOLDER = "js"  # of the assets
MAIN = "main.js"
IGNORED = [f"^{FOLDER}$"]  # for Dash's `assets_path_ignore`


def _addresses(app: Dash) -> dict[str, str]:
    """Each module's address -> the same with its version: the file's time of change, as Dash gives it to assets."""
    folder = Path(app.config.assets_folder) / FOLDER
    found = {}
    for script in sorted(folder.rglob("*.js")):
        address = app.get_relative_path(f"/assets/{FOLDER}/{script.relative_to(folder).as_posix()}")
        found[address] = f"{address}?m={int(script.stat().st_mtime)}"
    return found


def link(app: Dash) -> str:
    """Let the page's Dash start once the modules are there.

    Returns
    -------
    str
        HTML for the page's head: the import map, and a hint for each module, so that none waits for another's imports.
    """
    addresses = _addresses(app)
    main = addresses[app.get_relative_path(f"/assets/{FOLDER}/{MAIN}")]
    # Dash renders the page's own component and calls its functions, which main defines
    app.renderer = f"import({json.dumps(main)}).then(() => {{ window.renderer = new DashRenderer(); }});"
    hints = [f'<link rel="modulepreload" href="{address}">' for address in addresses.values()]
    return "\n".join([f'<script type="importmap">{json.dumps({"imports": addresses})}</script>', *hints])
