"""The server from the terminal: serve, and what an administrator does there without the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from desktop_crm import __version__
from desktop_crm.cli.door import emit, guarded
from desktop_crm.cli.language import SpokenGroup
from desktop_crm.cli.password_file import password_from
from desktop_crm.domain.schema.options import UserRole
from desktop_crm.i18n import tr

if TYPE_CHECKING:
    from desktop_crm.sync.server.books import Books
    from desktop_crm.sync.server.core import Server

DEFAULT_PORT = 8765
DEFAULT_DATA = Path("desktop-crm-server")
DEFAULT_TENANT = "main"
Act = Callable[["Server", "Books"], tuple[Any, str]]


class _Place:
    """Where the data lies and whose it is, as the group and each command were told."""

    def __init__(self, data: Path | None, database: str | None, tenant: str) -> None:
        self.data, self.database, self.tenant = data, database, tenant

    def narrowed(self, data: Path | None, database: str | None) -> _Place:
        return _Place(data, database, self.tenant) if data or database else self

    def url(self) -> str:
        from desktop_crm.sync.server.serve import database_url

        if self.data is not None and self.database is not None:
            raise click.UsageError(tr("Name either --data or --database"))
        return self.database or database_url(self.data or DEFAULT_DATA)

    @contextmanager
    def server(self) -> Iterator[Server]:
        """The server, without serving."""
        from desktop_crm.sync.server.serve import open_server

        made = open_server(self.url())
        try:
            yield made if self.tenant == DEFAULT_TENANT else made.of(self.tenant)
        finally:
            made.store.close()


def _store_options(command: click.decorators.FC) -> click.decorators.FC:
    command = click.option(
        "--data", type=click.Path(path_type=Path, file_okay=False), help="Folder of the SQLite database."
    )(command)
    return click.option("--database", help="URL of a PostgreSQL (or SQLite) database.")(command)


_json = click.option("--json", "as_json", is_flag=True, help="Print nothing but JSON.")
_password_file = click.option(
    "--password-file",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="A file whose first line is it.",
)
_role = click.Choice([role.value for role in UserRole])


@click.group(cls=SpokenGroup, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
@_store_options
@click.option(
    "--tenant", default=DEFAULT_TENANT, show_default=True, help="Which company's data, where there are several."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=DEFAULT_PORT, show_default=True, help="0: any free one.")
@click.pass_context
def desktop_crm_server(
    context: click.Context, data: Path | None, database: str | None, tenant: str, host: str, port: int
) -> None:
    """Serve a team's laptops until told to stop. Put a proxy with TLS before it: beyond this machine laptops speak https only."""
    context.obj = _Place(data, database, tenant)
    if context.invoked_subcommand is not None:
        return

    def act() -> None:
        from desktop_crm.foundation import logs
        from desktop_crm.sync.server.serve import listen, open_server, run

        logs.set_up(None)
        server = open_server(_Place(data, database, tenant).url())
        listening = listen(host, port)
        address = f"http://{host}:{listening.getsockname()[1]}"
        click.echo(tr("Listening on {address}", address=address))
        run(server, listening)

    guarded(act, as_json=False)


def _do(place: _Place, act: Act, *, as_json: bool = False) -> None:
    """One act in one transaction, and what it says."""

    def whole() -> None:
        with place.server() as server, server.store.writing(server.tenant) as books:
            value, text = act(server, books)
        emit(value, text, as_json=as_json)

    guarded(whole, as_json=as_json)


@desktop_crm_server.group("user")
def user() -> None:
    """People who may sign in."""


@user.command("add")
@click.argument("name")
@click.option("--role", type=_role, default="member", show_default=True, help="What the user may do.")
@_password_file
@_store_options
@_json
@click.pass_obj
def add(
    place: _Place, name: str, role: str, password_file: Path, data: Path | None, database: str | None, *, as_json: bool
) -> None:
    """Add a user."""

    def act() -> None:
        with place.narrowed(data, database).server() as server:
            user_id = server.people.add_user(name, UserRole(role), password_from(password_file))
        emit({"id": user_id, "name": name, "role": role}, tr("{name} may sign in now", name=name), as_json=as_json)

    guarded(act, as_json=as_json)


@user.command("password")
@click.argument("name")
@_password_file
@_store_options
@click.pass_obj
def password(place: _Place, name: str, password_file: Path, data: Path | None, database: str | None) -> None:
    """Set a user's password; ends his sign-ins everywhere."""

    def act() -> None:
        with place.narrowed(data, database).server() as server:
            server.people.set_password(name, password_from(password_file))
        click.echo(tr("Password set for {name}", name=name))

    guarded(act, as_json=False)


@user.command("role")
@click.argument("name")
@click.argument("role", type=_role)
@click.pass_obj
def role(place: _Place, name: str, role: str) -> None:
    """Give a user another role."""
    from desktop_crm.sync.server import desk

    def act(server: Server, books: Books) -> tuple[Any, str]:
        desk.set_role(books, server.clock, name, UserRole(role))
        return {"name": name, "role": role}, tr("Done")

    _do(place, act)


@user.command("second-factor")
@click.argument("name")
@click.argument("state", type=click.Choice(["on", "off"]))
@click.pass_obj
def second_factor(place: _Place, name: str, state: str) -> None:
    """Ask a user for a code at sign-in, or no more; prints the secret for the authenticator app once."""
    from desktop_crm.sync.server import desk
    from desktop_crm.sync.server.second_factor import address

    def act(server: Server, books: Books) -> tuple[Any, str]:
        secret = desk.set_second_factor(books, server.clock, name, on=state == "on")
        return {"secret": secret}, address(secret, name) if secret else tr("Done")

    _do(place, act)


@desktop_crm_server.command("device")
@click.argument("device")
@click.argument("state", type=click.Choice(["lock", "unlock"]))
@click.pass_obj
def device(place: _Place, device: str, state: str) -> None:
    """Lock a laptop out, or let it in again."""
    from desktop_crm.sync.server import desk

    def act(server: Server, books: Books) -> tuple[Any, str]:
        desk.set_revoked(books, server.clock, device, revoked=state == "lock")
        return {"device": device}, tr("Done")

    _do(place, act)


@desktop_crm_server.command("territories")
@click.option(
    "--by", "field", default="", help="The account's field that names its territory; without it, no territories."
)
@click.pass_obj
def territories(place: _Place, field: str) -> None:
    """Divide the accounts into territories, or put them together again."""
    from desktop_crm.sync.server import office

    def act(server: Server, books: Books) -> tuple[Any, str]:
        moved = office.set_territories(books, server.clock, field)
        return {"moved": moved}, tr("{count} accounts moved", count=moved)

    _do(place, act)


@desktop_crm_server.command("grant")
@click.argument("holder")
@click.argument("scope")
@click.argument("mode", type=click.Choice(["r", "rw", "none"]))
@click.pass_obj
def grant(place: _Place, holder: str, scope: str, mode: str) -> None:
    """Let a user (or team:ID) read (r) or also write (rw) a scope: team, or territory:NAME."""
    from desktop_crm.sync.server import desk, office
    from desktop_crm.sync.server.audit_log import note

    def act(server: Server, books: Books) -> tuple[Any, str]:
        held = holder if holder.startswith("team:") else desk.person(books, holder)["user_id"]
        office.grant(books, held, scope, "" if mode == "none" else mode)
        note(books, server.clock, "grant", what=f"{held} {scope} {mode}")
        return {"holder": held, "scope": scope, "mode": mode}, tr("Done")

    _do(place, act)


@desktop_crm_server.command("share")
@click.argument("account_id")
@click.argument("holder")
@click.argument("mode", type=click.Choice(["r", "rw", "none"]))
@click.pass_obj
def share(place: _Place, account_id: str, holder: str, mode: str) -> None:
    """Share one account with a user (or team:ID) who does not see its territory."""
    from desktop_crm.sync.server import desk, office

    def act(server: Server, books: Books) -> tuple[Any, str]:
        held = holder if holder.startswith("team:") else desk.person(books, holder)["user_id"]
        office.share(books, server.clock, account_id, held, "" if mode == "none" else mode)
        return {"account_id": account_id, "holder": held, "mode": mode}, tr("Done")

    _do(place, act)


@desktop_crm_server.command("lock-after")
@click.argument("days", type=click.IntRange(0, 3650))
@click.pass_obj
def lock_after(place: _Place, days: int) -> None:
    """Laptops out of touch for so many days have to sign in again; 0 for never."""
    from desktop_crm.sync.server import desk

    def act(server: Server, books: Books) -> tuple[Any, str]:
        desk.set_lock_days(books, server.clock, days)
        return {"days": days}, tr("Done")

    _do(place, act)


@desktop_crm_server.group("oidc")
def oidc() -> None:
    """Sign-in by the browser, at the company's own identity provider (OpenID Connect)."""


@oidc.command("set")
@click.argument("issuer")
@click.option("--client", required=True, help="The client's id at the provider; its redirect is http://127.0.0.1/.")
@click.option(
    "--secret-file", type=click.Path(path_type=Path, dir_okay=False), help="A file whose first line is its secret."
)
@click.option(
    "--match",
    type=click.Choice(["linked", "email", "create"]),
    default="email",
    show_default=True,
    help="Who may come in the first time: those bound by hand; also whose user name is the verified e-mail; also new members.",
)
@click.option("--domain", "domains", multiple=True, help="With create: of which mail domains; may be repeated.")
@click.pass_obj
def oidc_set(
    place: _Place, issuer: str, client: str, secret_file: Path | None, match: str, domains: tuple[str, ...]
) -> None:
    """Let people sign in at this provider."""
    from desktop_crm.sync.server.oidc import Match, Provider, set_provider

    def act(server: Server, books: Books) -> tuple[Any, str]:
        secret = password_from(secret_file) if secret_file else ""
        lower = tuple(one.casefold() for one in domains)
        provider = Provider(issuer=issuer, client=client, secret=secret, match=Match(match), domains=lower)
        set_provider(books, server.clock, provider)
        return {"issuer": issuer, "match": match}, tr("Done")

    _do(place, act)


@oidc.command("off")
@click.pass_obj
def oidc_off(place: _Place) -> None:
    """Passwords alone again."""
    from desktop_crm.sync.server.oidc import set_provider

    def act(server: Server, books: Books) -> tuple[Any, str]:
        set_provider(books, server.clock, None)
        return {}, tr("Done")

    _do(place, act)


@oidc.command("link")
@click.argument("name")
@click.argument("subject")
@click.pass_obj
def oidc_link(place: _Place, name: str, subject: str) -> None:
    """Bind a user to the provider's subject."""
    from desktop_crm.sync.server import desk
    from desktop_crm.sync.server.oidc import link

    def act(server: Server, books: Books) -> tuple[Any, str]:
        link(books, server.clock, desk.person(books, name)["user_id"], subject)
        return {"name": name, "subject": subject}, tr("Done")

    _do(place, act)


@desktop_crm_server.command("tenant")
@click.argument("name")
@click.pass_obj
def tenant(place: _Place, name: str) -> None:
    """Open the books of another company; its laptops sign in at ADDRESS/t/NAME."""

    def act() -> None:
        from desktop_crm.sync.server.serve import open_tenant

        open_tenant(place.url(), name)
        emit(
            {"tenant": name}, tr("Its laptops sign in at the server's address with /t/{name}", name=name), as_json=False
        )

    guarded(act, as_json=False)


@desktop_crm_server.command("partition")
@click.pass_obj
def partition(place: _Place) -> None:
    """Divide a PostgreSQL database by company, a partition for each. Back up and stop the servers first."""

    def act() -> None:
        with place.server() as server:
            count = server.store.divide()
        emit({"tables": count}, tr("{count} tables divided", count=count), as_json=False)

    guarded(act, as_json=False)


@desktop_crm_server.command("backup")
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def backup(place: _Place, target: Path) -> None:
    """Copy the whole database into a file while the server runs; with PostgreSQL this needs pg_dump."""

    def act() -> None:
        from desktop_crm.sync.server.safekeeping import back_up

        back_up(place.url(), target)
        emit({"file": str(target)}, tr("Backed up into {file}", file=target.name), as_json=False)

    guarded(act, as_json=False)


@desktop_crm_server.command("restore")
@click.argument("source", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.pass_obj
def restore(place: _Place, source: Path) -> None:
    """Put a backup in the place of the database. Stop the server first; laptops bring back what is newer."""

    def act() -> None:
        from desktop_crm.sync.server.safekeeping import put_back

        put_back(place.url(), source)
        emit({"file": str(source)}, tr("Restored from {file}", file=source.name), as_json=False)

    guarded(act, as_json=False)
