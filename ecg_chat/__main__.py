"""``python -m ecg_chat …``."""

import logging
import sys

from ecg_chat.cli.main import main

if __name__ == "__main__":
    if not sys.warnoptions:
        logging.disable(logging.WARNING)  # the libraries' advice to developers; python -W default shows it
    sys.exit(main(sys.argv[1:]))
