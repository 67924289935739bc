"""The process that searches for plans, apart from all other jobs. `python -m hanmaru.launch.searcher`."""

import os

from hanmaru.launch.settings import load
from hanmaru.launch.worker import search

if __name__ == "__main__":
    search(load(None, os.environ))
