"""Callbacks: one file each, with register(app)."""

from dashboard.page.callbacks import choosers, rule

MODULES = (choosers, rule)


def register(app) -> None:
    for module in MODULES:
        module.register(app)
