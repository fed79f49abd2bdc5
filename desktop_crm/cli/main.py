"""The command group. Each room's commands stand in a file of its own and are imported only when asked for."""

from __future__ import annotations

import importlib
from collections.abc import Callable

import click

from desktop_crm import __version__
from desktop_crm.cli.language import SpokenGroup, in_words

ROOMS = {
    "init": "workspaces",
    "archive": "workspaces",
    "demo": "demo",
    "import": "importing",
    "rescue": "rescue",
    "exchange": "rescue",
    "undo-import": "importing",
    "mappings": "importing",
    "references": "references",
    "accept": "references",
    "reopen": "references",
    "export": "exporting",
    "accounts": "accounts",
    "quote": "quotes",
    "proposal": "proposals",
    "visit": "visits",
    "reminders": "reminding",
    "search": "searching",
    "calendar": "field_files",
    "mail": "mail",
    "cards": "field_files",
    "set": "records",
    "get": "records",
    "history": "records",
    "duplicates": "duplicates",
    "journal": "journal",
    "undo": "journal",
    "redo": "journal",
    "sync": "sync",
    "conflicts": "sync",
    "report": "reports",
    "backup": "safety",
    "backups": "safety",
    "restore": "safety",
    "check": "safety",
    "passphrase": "safety",
    "settings": "settings",
    "rate": "rates",
    "map-roles": "map_roles",
}
"""Each command and the file it stands in."""


class Rooms(SpokenGroup):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(ROOMS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        room = ROOMS.get(cmd_name)
        if room is None:
            return None
        commands: tuple[click.Command, ...] = importlib.import_module(f"desktop_crm.cli.{room}").commands
        return in_words(next(command for command in commands if command.name == cmd_name))


def group(open_app: Callable[..., int]) -> click.Group:
    """The whole command line; `open_app` runs when no command is given, and commands may open a file with it."""

    @click.group(cls=Rooms, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
    @click.version_option(__version__)
    @click.option(
        "--safe-start", is_flag=True, help="Open the app with its default appearance, without former pages and sync."
    )
    @click.pass_context
    def desktop_crm(context: click.Context, *, safe_start: bool) -> None:
        """Desktop CRM: accounts, maps, quotes and sync, also offline. Without a command the app opens."""
        context.obj = open_app
        if context.invoked_subcommand is None:
            context.exit(open_app(safe=True) if safe_start else open_app())

    return desktop_crm
