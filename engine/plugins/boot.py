"""The script that a child process is started with: it finds this program as its parent does, and becomes the child.

What plays has real time, which a child inherits; it gives that up before its imports, which last longer than a block.
"""

import importlib
import json
import os
import sys

if __name__ == "__main__":
    if hasattr(os, "sched_setscheduler"):
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
    told = json.loads(sys.argv[1])
    sys.path[:] = told["path"]
    importlib.import_module(told["serving"]).serve(told)
