"""The command line: ``python -m ecg_chat measure|ask|report|train|evaluate|bench|export|replay|doctor``.

One module a command, each with ``add_arguments(parser)`` and ``run(args) -> exit code``. A command's module is imported
when that command is called, so that ``measure`` starts without torch.
"""
