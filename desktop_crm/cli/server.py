"""The server from the terminal: serve, and the people who may sign in."""

from __future__ import annotations

from pathlib import Path

import click

from desktop_crm import __version__
from desktop_crm.cli.door import emit, guarded
from desktop_crm.cli.language import SpokenGroup
from desktop_crm.cli.sync import password_from
from desktop_crm.domain.schema.options import UserRole
from desktop_crm.i18n import tr

DEFAULT_PORT = 8765
DEFAULT_DATA = Path("desktop-crm-server")


def _store_options(command: click.decorators.FC) -> click.decorators.FC:
    command = click.option(
        "--data", type=click.Path(path_type=Path, file_okay=False), help="Folder of the SQLite database."
    )(command)
    return click.option("--database", help="URL of a PostgreSQL (or SQLite) database.")(command)


def _url(data: Path | None, database: str | None) -> str:
    from desktop_crm.sync.server.serve import database_url

    if data is not None and database is not None:
        raise click.UsageError(tr("Name either --data or --database"))
    return database or database_url(data or DEFAULT_DATA)


@click.group(cls=SpokenGroup, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
@_store_options
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=DEFAULT_PORT, show_default=True, help="0: any free one.")
@click.pass_context
def desktop_crm_server(context: click.Context, data: Path | None, database: str | None, host: str, port: int) -> None:
    """Serve a team's laptops until told to stop. Put a proxy with TLS before it: beyond this machine laptops speak https only."""
    context.obj = (data, database)
    if context.invoked_subcommand is not None:
        return

    def act() -> None:
        from desktop_crm.foundation import logs
        from desktop_crm.sync.server.serve import listen, open_server, run

        logs.set_up(None)
        server = open_server(_url(data, database))
        listening = listen(host, port)
        address = f"http://{host}:{listening.getsockname()[1]}"
        click.echo(tr("Listening on {address}", address=address))
        run(server, listening)

    guarded(act, as_json=False)


@desktop_crm_server.group("user")
def user() -> None:
    """People who may sign in."""


@user.command("add")
@click.argument("name")
@click.option(
    "--role",
    type=click.Choice([role.value for role in UserRole]),
    default="member",
    show_default=True,
    help="What the user may do.",
)
@click.option(
    "--password-file",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="A file whose first line is it.",
)
@_store_options
@click.option("--json", "as_json", is_flag=True, help="Print nothing but JSON.")
@click.pass_context
def add(
    context: click.Context,
    name: str,
    role: str,
    password_file: Path,
    data: Path | None,
    database: str | None,
    *,
    as_json: bool,
) -> None:
    """Add a user."""

    def act() -> None:
        from desktop_crm.sync.server.serve import open_server

        before: tuple[Path | None, str | None] = context.obj
        url = _url(data, database) if data or database else _url(*before)
        server = open_server(url)
        try:
            user_id = server.people.add_user(name, UserRole(role), password_from(password_file))
        finally:
            server.store.close()
        emit({"id": user_id, "name": name, "role": role}, tr("{name} may sign in now", name=name), as_json=as_json)

    guarded(act, as_json=as_json)


@user.command("password")
@click.argument("name")
@click.option(
    "--password-file",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="A file whose first line is it.",
)
@_store_options
@click.pass_context
def password(context: click.Context, name: str, password_file: Path, data: Path | None, database: str | None) -> None:
    """Set a user's password; ends his sign-ins everywhere."""

    def act() -> None:
        from desktop_crm.sync.server.serve import open_server

        before: tuple[Path | None, str | None] = context.obj
        server = open_server(_url(data, database) if data or database else _url(*before))
        try:
            server.people.set_password(name, password_from(password_file))
        finally:
            server.store.close()
        click.echo(tr("Password set for {name}", name=name))

    guarded(act, as_json=False)
