"""Run app.py until the process that started this one ends, however it ends: the pipe to stdin closes with it."""

import os
import runpy
import sys
import threading


def end_with_the_pipe():
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=end_with_the_pipe, daemon=True).start()
    runpy.run_path("app.py", run_name="__main__")
