"""Large arrays keep their memory between answers."""

import platform
import subprocess
import sys

import pytest

COUNTED = """
import resource, sys
import numpy as np
if sys.argv[1] == "kept":
    from dashboard.serving import memory
    memory.keep()
    memory.keep()
faults = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_minflt
def answer():
    arrays = [np.ones(280_000) for _ in range(4)]
def answers():
    global count
    answer()
    before = faults()
    for _ in range(20):
        answer()
    count = faults() - before
import threading
thread = threading.Thread(target=answers)
thread.start()
thread.join()
print(count)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc is asked")
def test_a_large_array_is_not_mapped_anew_every_time():
    def page_faults(how):
        answer = subprocess.run([sys.executable, "-c", COUNTED, how], capture_output=True, text=True, check=True)
        return int(answer.stdout)

    assert page_faults("kept") < page_faults("as ever") / 10
