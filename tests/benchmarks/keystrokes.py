"""Search as you type over a million names, ours and the floor's in one process: from a key press to its painted results."""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject
from PySide6.QtWidgets import QApplication, QWidget

from desktop_crm.foundation.settings import Settings
from desktop_crm.services.workspace import Workspace
from desktop_crm.ui.runtime.context import UiContext, connected
from desktop_crm.ui.shell.palette import SearchPalette
from desktop_crm.ui.theme import Scheme, Theme
from desktop_crm.ui.widgets.search_field import SearchField
from tests.benchmarks.floors import typeahead as floor
from tests.benchmarks.measure import Job, slow_edge, spread
from tests.benchmarks.seeds import names
from tests.benchmarks.standing_files import fill_names, kept_floor, kept_workspace

WORDS, LONGEST = 25, 4
KINDS = ("korean", "english", "initials")
Press = Callable[[str], float]


def words_to_type(kind: str, seed: int) -> list[str]:
    """Words of names that exist: `korean`, `english`, or the `initials` of Korean ones."""
    chance, known = random.Random(seed), names(3000)
    found: list[str] = []
    while len(found) < WORDS:
        word = next(
            (
                word
                for word in chance.choice(known).split()
                if len(word) >= LONGEST and "(" not in word and (word[0] >= "가") == (kind != "english")
            ),
            "",
        )
        if word:
            found.append(floor.initials(word) if kind == "initials" else word)
    return found


def typed(press: Press, empty: Callable[[], None], kind: str, seed: int) -> float:
    """Of all key presses that type these words, one to four signs each, the 95th percentile in seconds."""
    gc.collect()
    taken = []
    for word in words_to_type(kind, seed):
        taken += [press(word[:end]) for end in range(1, LONGEST + 1)]
        empty()
    return slow_edge(taken)


class Typist(QObject):
    """Types into the palette's field as a user does; sees when the list has painted the answer."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self.window = QWidget()
        self.window.resize(1280, 800)
        self.field = SearchField("Find", self.window, pause_ms=0)
        self.field.setGeometry(200, 8, 460, 32)
        self.palette = SearchPalette(self.field, self.window)
        self.palette.attach(context, (), {"account": "account"})
        self.window.show()
        self.field.setFocus()
        self.answer = ""
        self.palette.list.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.answer = self.palette.answered
        return super().eventFilter(watched, event)

    def press(self, text: str) -> float:
        self.answer, began = "", time.perf_counter()
        self.field.setText(text)
        while self.answer != text:
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        return time.perf_counter() - began

    def empty(self) -> None:
        self.field.clear()
        QApplication.processEvents()

    def close(self) -> None:
        self.window.close()
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@contextmanager
def _typist(folder: Path, workspace: Workspace) -> Iterator[Typist]:
    context = connected(workspace, Settings(folder / "settings.json"))
    typist = Typist(context)
    try:
        yield typist
    finally:
        context.lanes.stop()
        typist.close()


@contextmanager
def typing(folder: Path, floors_alone: bool, *, count: int) -> Iterator[Job]:
    """Words of three kinds typed on both sides in turn; a round is a hundred key presses and its figure their slow edge.

    What each kind took is printed at the end.
    """
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    _theme = Theme(app, Scheme.light)
    kept_floor(folder / "floor.sqlite", "typeahead", count, floor.build)
    bare, taken = floor.Window(folder / "floor.sqlite"), _Taken()
    bare.show()

    def below(number: int) -> float:
        return taken.note("floor", number, typed(bare.press, bare.empty, _kind(number), number))

    try:
        if floors_alone:
            yield Job(ours=None, floor=below, rounds=7 * len(KINDS))
            return
        workspace = kept_workspace(folder, "names", count, fill_names)
        with workspace.closing(), _typist(folder, workspace) as typist:

            def above(number: int) -> float:
                return taken.note("ours", number, typed(typist.press, typist.empty, _kind(number), number))

            yield Job(ours=above, floor=below, rounds=7 * len(KINDS))
        taken.tell()
    finally:
        bare.close()
        bare.file.close()


def _kind(number: int) -> str:
    return KINDS[number % len(KINDS)]


class _Taken:
    """What each round took, by kind of word."""

    def __init__(self) -> None:
        self._rounds: dict[tuple[str, int], float] = {}

    def note(self, side: str, number: int, seconds: float) -> float:
        self._rounds[side, number] = seconds
        return seconds

    def tell(self) -> None:
        for place, kind in enumerate(KINDS):
            measured = [number for side, number in self._rounds if side == "ours" and number]  # the first warms up
            rounds = [number for number in measured if number % len(KINDS) == place]
            ratios = [self._rounds["ours", number] / self._rounds["floor", number] for number in rounds]
            print(f"    {kind:8} {spread(ratios, scale=1)}")
