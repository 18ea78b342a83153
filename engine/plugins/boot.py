"""The script that a child process is started with: it finds this program as its parent does, and becomes the child."""

import importlib
import json
import sys

if __name__ == "__main__":
    told = json.loads(sys.argv[1])
    sys.path[:] = told["path"]
    importlib.import_module(told["serving"]).serve(told)
