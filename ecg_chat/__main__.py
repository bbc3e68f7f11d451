"""``python -m ecg_chat …``."""

import sys

from ecg_chat.cli.main import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
