"""The terminal's language: which one is spoken, our helps in it, and click's own sentences in it.

Help texts stay where the commands are, in English; `in_words` says a whole command in the language of now. Nothing is changed
in place, so that one process can speak two languages.
"""

from __future__ import annotations

import copy
import inspect
import unicodedata
from typing import Any, TypeVar

import click
from click import core, decorators, exceptions, formatting, parser, types

from desktop_crm.foundation.settings import Settings
from desktop_crm.i18n import detect, told, use
from desktop_crm.i18n.catalogue import ntold

CLICK = (core, decorators, exceptions, formatting, parser, types)
"""The modules of click whose sentences users see."""

AnyCommand = TypeVar("AnyCommand", bound=click.Command)


def speak() -> None:
    """Speak the language chosen in the app, else the system's, and write numbers and dates as chosen there."""
    try:
        laptop = Settings()
    except OSError:
        use(detect())
        return
    use(str(laptop.get("language") or detect()))
    if any(name.startswith("forms.") for name in laptop.names()):
        from desktop_crm.services import settings  # most laptops have chosen none, and --help waits for nothing

        settings.apply(laptop)


def in_words(command: AnyCommand) -> AnyCommand:
    """The command with its helps, its options' and its subcommands', in the language of now."""
    twin = copy.copy(command)
    twin.help = told(inspect.cleandoc(command.help)) if command.help else None
    twin.params = [_param_in_words(param) for param in command.params]
    if isinstance(twin, click.Group):
        twin.commands = {name: in_words(one) for name, one in twin.commands.items()}
    return twin


class SpokenGroup(click.Group):
    """The outermost group: chooses the language before anything is read or said."""

    def main(self, *args: Any, **extra: Any) -> Any:
        speak()
        return click.Group.main(in_words(self), *args, **extra)


def _param_in_words(param: click.Parameter) -> click.Parameter:
    twin = copy.copy(param)
    if isinstance(twin, click.Option) and twin.help:
        twin.help = told(twin.help)
    return twin


def _columns(text: str) -> int:
    """How many columns of a terminal a text takes: a Hangul syllable takes two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in click.unstyle(text))


def _teach_click() -> None:
    """WORKAROUND(https://github.com/pallets/click/issues/303): click asks the environment for its language and counts signs
    for columns; here its sentences come from our catalogue, and Hangul is two columns wide.
    """
    from click import _textwrap

    for module in CLICK:
        vars(module).update({"_": told} if "_" in vars(module) else {})
        vars(module).update({"ngettext": ntold} if "ngettext" in vars(module) else {})
    for measured in (formatting, _textwrap):
        vars(measured)["term_len"] = _columns


_teach_click()
