"""Arrays to what is drawn."""

from pathlib import Path

from core.compile import machine_code
from core.compile.version import CORE

machine_code.register(Path(__file__).parents[1], CORE)  # before the kernels of this package are imported
