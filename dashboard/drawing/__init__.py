"""Arrays to what is drawn."""

from pathlib import Path

from core.compile import CORE, machine_code

machine_code.register(Path(__file__).parents[1], CORE)  # before the kernels of this package are imported
