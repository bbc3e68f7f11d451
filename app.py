"""Start the page: `python app.py [--port 7860] [--model NAME]`; other settings come from ECG_CHAT_… variables."""

from __future__ import annotations

import sys

from ecg_chat.web.start import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
