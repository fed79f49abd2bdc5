"""Another key for a workspace: a new passphrase, the keyring instead of a passphrase, or the other way round.

The whole file is written anew under the new key, proved, and put in the old one's place; until that last step the old key opens the
old file, from it on the new key opens the new one. Backups keep the key they were made under, so the keyring keeps old keys.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from desktop_crm.foundation.errors import Trouble
from desktop_crm.persistence import copying, swapping
from desktop_crm.persistence.engine import Database
from desktop_crm.persistence.facts import write_fact
from desktop_crm.persistence.file_lock import FileLock
from desktop_crm.security import keys
from desktop_crm.security.secrets import KeyringStore, SecretStore
from desktop_crm.services.workspace import find_key, finish_swap, has_log, read_salt


def change_key(
    path: Path,
    *,
    passphrase: str | None = None,
    new_passphrase: str | None = None,
    secrets: SecretStore | None = None,
) -> None:
    """Lock a closed workspace with `new_passphrase`, or without one with a key in the keyring. `passphrase`: the present one.

    Raises Refusal `passphrase.too_short`, `workspace.in_use`, `workspace.wrong_key`, `workspace.needs_passphrase`;
    Trouble `keyring.absent`, `workspace.damaged`, `disk.full`, `disk.failed`. Then everything is as it was.
    """
    secrets = secrets or KeyringStore()
    path = path.absolute()
    finish_swap(path)
    salt = read_salt(path)
    key = find_key(path, salt, passphrase, secrets)
    if new_passphrase:
        keys.check_new(new_passphrase)
    with ExitStack() as after:
        after.callback(FileLock(path).release)
        after.callback(copying.discard, swapping.incoming(path))
        swapping.finish(path)
        _write_anew(path, key, salt, new_passphrase, secrets)
        swapping.put_in_place(path)


def _write_anew(path: Path, key: bytes, salt: bytes, new_passphrase: str | None, secrets: SecretStore) -> None:
    """The draft under the new key, proved."""
    draft, new_salt = swapping.incoming(path), keys.new_salt()
    database = Database(path, key, salt)
    try:
        database.version()
        new_key = keys.derive(new_passphrase, new_salt) if new_passphrase else keys.keep_new_key(secrets, new_salt)
        copying.copy_file(database, draft, key=new_key, salt=new_salt)
        if not copying.look_over(draft, new_key, new_salt).sound:
            raise Trouble("workspace.damaged", file=str(path))
    finally:
        database.close()
    if has_log(path):  # somebody else still reads the old file: its log must not outlive it
        raise Trouble("disk.failed", file=str(path), reason="-wal")
    copy = Database(draft, new_key, new_salt)
    try:
        with copy.writing() as connection:
            write_fact(connection, "keyring", "" if new_passphrase else "yes")
    finally:
        copy.close()
