"""A desk of its own for the app: a virtual X screen, a session bus, an accessibility bus, and the eyes and hands of a screen reader.

Everything is seen through AT-SPI as another program sees it, and done by keys that the X server presses. Needs Debian's
packages xvfb, dbus and at-spi2-core.
"""

from __future__ import annotations

import ctypes
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from jeepney import DBusAddress, Properties, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection

from tests.support.terminal import PASSPHRASE, environment

NEEDED = ("Xvfb", "dbus-daemon")
ACCESSIBLE, ACTION, TEXT = (f"org.a11y.atspi.{name}" for name in ("Accessible", "Action", "Text"))
PATIENCE = 90.0
PROGRAM = """
import sys
from pathlib import Path
from desktop_crm import bootstrap
path, passphrase = [*sys.argv[1:], None, None][:2]
sys.exit(bootstrap.run_app(["desktop-crm"], Path(path) if path else None, passphrase))
"""
NAMES = {"Ctrl": "Control_L", "Shift": "Shift_L", "Alt": "Alt_L"}
SIGNS = {" ": "space", "/": "slash", ".": "period", "-": "minus", "_": "Shift+minus", "~": "Shift+grave"}


class NotSeen(AssertionError):
    """What was waited for did not appear."""


@dataclass(frozen=True, slots=True)
class Thing:
    """One accessible of the app: which program on the bus, which object there."""

    reader: Reader
    bus: str
    path: str

    def value(self, name: str, interface: str = ACCESSIBLE) -> Any:
        return self.reader.ask(Properties(self._at(interface)).get(name))[0][1]

    def call(self, interface: str, method: str, signature: str | None = None, *body: Any) -> Any:
        return self.reader.ask(new_method_call(self._at(interface), method, signature, body))

    @property
    def name(self) -> str:
        return str(self.value("Name"))

    @property
    def description(self) -> str:
        return str(self.value("Description"))

    @property
    def role(self) -> str:
        return str(self.call(ACCESSIBLE, "GetRoleName")[0])

    @property
    def interfaces(self) -> list[str]:
        return list(self.call(ACCESSIBLE, "GetInterfaces")[0])

    @property
    def text(self) -> str:
        return str(self.call(TEXT, "GetText", "ii", 0, -1)[0])

    def has(self, state: int) -> bool:
        low, high = self.call(ACCESSIBLE, "GetState")[0]
        return bool((low | high << 32) >> state & 1)

    def children(self) -> list[Thing]:
        return [Thing(self.reader, bus, path) for bus, path in self.call(ACCESSIBLE, "GetChildren")[0]]

    def _at(self, interface: str) -> DBusAddress:
        return DBusAddress(self.path, bus_name=self.bus, interface=interface)


FOCUSED, SHOWING, ENABLED, FOCUSABLE = 12, 25, 8, 11
"""Numbers of AT-SPI's states."""


class Reader:
    """Reads a screen through the accessibility bus."""

    def __init__(self, connection: DBusConnection) -> None:
        self._connection = connection

    def ask(self, message: Any) -> Any:
        reply = self._connection.send_and_get_reply(message, timeout=PATIENCE)
        if reply.header.message_type.name == "error":
            raise LookupError(str(reply.body))
        return reply.body

    @cached_property
    def root(self) -> Thing:
        return Thing(self, "org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root")

    def things(self, start: Thing | None = None, *, hidden: bool = False) -> Iterator[Thing]:
        """All that is shown, from the outside in. A table's cells beyond what is shown are left out."""
        waiting = [start or self.root]
        while waiting:
            thing = waiting.pop(0)
            try:
                seen = hidden or thing.path.endswith("/root") or thing.has(SHOWING) or thing.role == "application"
                if not seen:
                    continue
                yield thing
                below = thing.children()[:400]
            except LookupError:  # it went away while it was looked at
                continue
            waiting[:0] = below

    def find(self, role: str, holds: str = "", start: Thing | None = None) -> Thing | None:
        """The first shown thing of that role whose name holds the words."""
        for thing in self.things(start):
            try:
                if thing.role == role and holds in thing.name:
                    return thing
            except LookupError:
                continue
        return None

    def wait(self, what: Callable[[], Any], words: str) -> Any:
        ends = time.monotonic() + PATIENCE
        while time.monotonic() < ends:
            found = what()
            if found:
                return found
            time.sleep(0.1)
        raise NotSeen(f"{words}; what is seen: {'; '.join(self.told())}")

    def told(self, most: int = 300) -> list[str]:
        """What is on the screen, as it is read out: role and name, the thing with the keyboard marked."""
        said = []
        for thing in islice(self.things(), most):
            with suppress(LookupError):
                said.append(f"{'*' if thing.has(FOCUSED) else ''}{thing.role} {thing.name!r}")
        return said

    def see(self, role: str, holds: str = "") -> Thing:
        return self.wait(lambda: self.find(role, holds), f"{role} {holds!r}")

    def focused(self, *roles: str) -> Thing | None:
        """The thing with the keyboard; of several that say so (a list keeps it for its current line) one of these roles."""
        for thing in self.things():
            with suppress(LookupError):
                if thing.has(FOCUSED) and (
                    thing.role in roles if roles else thing.role not in {"frame", "application"}
                ):
                    return thing
        return None


class Keys:
    """A keyboard at the X server: what it presses reaches whatever window has the keyboard."""

    def __init__(self, display: str) -> None:
        self._x, self._test = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        self._display = ctypes.c_void_p(self._x.XOpenDisplay(display.encode()))
        self._deaf = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)(lambda _display, _error: 0)
        self._x.XSetErrorHandler(self._deaf)  # windows that are not on the screen refuse the keyboard

    def give_focus(self) -> None:
        """What a window manager does for the window that came last: the keyboard is given to it."""
        x, root, parent, count = self._x, ctypes.c_ulong(), ctypes.c_ulong(), ctypes.c_uint()
        windows = ctypes.POINTER(ctypes.c_ulong)()
        x.XDefaultRootWindow.restype = ctypes.c_ulong
        top = ctypes.c_ulong(x.XDefaultRootWindow(self._display))
        out = [ctypes.byref(one) for one in (root, parent, windows, count)]
        x.XQueryTree(self._display, top, *out)
        for window in windows[: count.value]:  # the lowest first: whoever is on top has it in the end
            x.XSetInputFocus(self._display, ctypes.c_ulong(window), 2, ctypes.c_ulong(0))
        x.XSync(self._display, 0)

    def press(self, keys: str) -> None:
        """`Ctrl+Shift+z`, `Return`: one chord, pressed and released."""
        codes = [self._code(NAMES.get(name, name)) for name in keys.split("+")]
        for code in codes:
            self._send(code, down=True)
        for code in reversed(codes):
            self._send(code, down=False)

    def type(self, text: str) -> None:
        for sign in text:
            self.press(("Shift+" if sign.isupper() else "") + SIGNS.get(sign, sign.lower()))

    def _code(self, name: str) -> int:
        code = self._x.XKeysymToKeycode(self._display, ctypes.c_ulong(self._x.XStringToKeysym(name.encode())))
        if not code:
            raise LookupError(name)
        return int(code)

    def _send(self, code: int, *, down: bool) -> None:
        self._test.XTestFakeKeyEvent(self._display, ctypes.c_uint(code), ctypes.c_int(down), ctypes.c_ulong(0))
        self._x.XSync(self._display, 0)


@contextmanager
def desk(home: Path, workspace: Path | None = None, **more: str) -> Iterator[tuple[Reader, Keys]]:
    """The app, alone on its screen, and a reader of it; with a workspace, open on that one, else at its start screen."""
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing:
        raise SystemExit(f"missing: {', '.join(missing)}. Install them: apt-get install xvfb dbus at-spi2-core")
    with ExitStack() as ends:
        display = ends.enter_context(_screen())
        bus = ends.enter_context(_bus(display))
        env = environment(
            home,
            DISPLAY=display,
            DBUS_SESSION_BUS_ADDRESS=bus,
            QT_QPA_PLATFORM="xcb",
            QT_LINUX_ACCESSIBILITY_ALWAYS_ON="1",
            QT_ACCESSIBILITY="1",
            PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring",  # a keyring of the system would ask on this screen
            **more,
        )
        session = ends.enter_context(open_dbus_connection(bus))
        launcher = DBusAddress("/org/a11y/bus", bus_name="org.a11y.Bus", interface="org.a11y.Bus")
        address = session.send_and_get_reply(new_method_call(launcher, "GetAddress")).body[0]
        reader = Reader(ends.enter_context(open_dbus_connection(address.split(",guid")[0])))
        opened = [str(workspace), PASSPHRASE] if workspace is not None else []
        app = subprocess.Popen([sys.executable, "-c", PROGRAM, *opened], cwd=home, env=env)
        try:
            reader.see("frame")
            yield reader, Keys(display)
        finally:
            app.terminate()
            try:
                app.wait(30)
            except subprocess.TimeoutExpired:
                app.kill()
                app.wait()


@contextmanager
def _screen() -> Iterator[str]:
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1440x900x24", "-nolisten", "tcp", "-noreset"]
    with subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL) as server:
        os.close(writing)
        try:
            select.select([reading], [], [], PATIENCE)
            yield f":{os.read(reading, 20).decode().strip()}"
        finally:
            os.close(reading)
            server.terminate()


@contextmanager
def _bus(display: str) -> Iterator[str]:
    """A session bus; what it starts (the accessibility bus, the one that presses keys) belongs to that screen."""
    command = ["dbus-daemon", "--session", "--nofork", "--print-address=1"]
    env = {**os.environ, "DISPLAY": display}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=env) as daemon:
        try:
            yield daemon.stdout.readline().strip()
        finally:
            daemon.terminate()
