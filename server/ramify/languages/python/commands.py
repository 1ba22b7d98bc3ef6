"""How commands and tasks are given names, and what runs one by its name.

Names alone. The rules that use them are in `analysis.linking.edges.commands`.
"""

from __future__ import annotations

from typing import Final

MAKES_COMMAND: Final = frozenset({"command", "group"})
"""Decorators, of a group of commands or of none, that make a command of a function."""
ADDS_COMMAND: Final = frozenset({"add_command", "add_typer"})
"""Methods of a group that put a command, or a group, into it."""
NAME: Final = "name"
OF_PROGRAM: Final = "cli"
"""The group that an application has of its own: `app.cli`."""

INVOKES: Final = frozenset({"invoke"})
"""Methods of a runner: of a command, or a group, then a list of words; or of words alone."""
WORDS: Final = "args"
CALLS_COMMAND: Final = frozenset({"call_command", "acall_command", "execute_from_command_line"})
"""Functions that run the command whose name is their first argument."""
COMMAND_CLASS: Final = "Command"
COMMAND_PLACE: Final = "/management/commands/"
"""A module in such a folder makes a command of its own name by a class of that name."""
RUN_OF_COMMAND: Final = (
    "handle", "add_arguments", "execute", "create_parser", "handle_label", "handle_app_config",
    "get_version",
)  # fmt: skip
"""What running such a command runs of its own."""

MAKES_TASK: Final = frozenset({"task", "shared_task", "periodic_task"})
SENDS_TASK: Final = frozenset({"send_task", "signature", "subtask"})
"""Functions and methods that start, or describe a start of, the task that a text names."""
