"""Arrays to what is drawn."""

from pathlib import Path

from core import machine_code
from core.version import CORE

machine_code.register(Path(__file__).parents[1], CORE)  # before the kernels of this package are imported
