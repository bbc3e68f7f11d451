"""ecg_chat: read an ECG, measure it, and talk about it with answers that are checked.

Not a medical device. The rooms and what each may import are listed in the README.
"""

__version__ = "0.1.0"
