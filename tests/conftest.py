"""What every test stands on: no display needed, no home touched, guards around each test, shared fixtures."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in DISPLAYS):
    os.environ["QT_QPA_PLATFORM"] = "offscreen"  # without a display Qt aborts the whole run

from tests.support.guards import (  # noqa: E402  Qt's platform is chosen first
    no_thread_is_left_running,
    no_unexpected_complaint_in_the_log,
    no_unit_of_work_is_left_open,
    no_window_or_timer_is_left,
    watch_units_of_work,
)
from tests.support.patience import PatientBot  # noqa: E402

if TYPE_CHECKING:
    from desktop_crm.security.secrets import MemoryStore
    from desktop_crm.services.workspace import Workspace

__all__ = [
    "no_thread_is_left_running",
    "no_unexpected_complaint_in_the_log",
    "no_unit_of_work_is_left_open",
    "no_window_or_timer_is_left",
]

settings.register_profile("everyday", deadline=None)  # on a busy machine a slow example is no mistake
settings.register_profile("proof", deadline=None, max_examples=10_000)
settings.load_profile("everyday")

ROOT = Path(__file__).resolve().parent.parent
DATA_ABSENT = "data absent"  # `dev.py test` lets only skips pass whose reason begins so


@pytest.fixture(autouse=True, scope="session")
def _a_home_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Workspaces, settings and logs of a run lie in a folder that is thrown away."""
    before = os.environ.get("DESKTOP_CRM_HOME")
    os.environ["DESKTOP_CRM_HOME"] = str(tmp_path_factory.mktemp("home"))
    yield
    if before is None:
        os.environ.pop("DESKTOP_CRM_HOME", None)
    else:
        os.environ["DESKTOP_CRM_HOME"] = before


def shared_data(*parts: str) -> Path:
    """A file of the test data, which is not part of the project: beside the checkout, or where the environment says."""
    top = Path(os.environ.get("DESKTOP_CRM_TEST_DATA") or ROOT.parent / "shared" / "data")
    path = top.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"{DATA_ABSENT}: {'/'.join(parts)}")
    return path


@pytest.fixture
def qtbot(qapp, request: pytest.FixtureRequest) -> PatientBot:
    """pytest-qt's bot with the patience that a busy machine needs."""
    return PatientBot(request)


@pytest.fixture
def secrets() -> MemoryStore:
    """A keyring of this test's own."""
    from desktop_crm.security.secrets import MemoryStore

    return MemoryStore()


@pytest.fixture
def new_workspace(tmp_path: Path, secrets: MemoryStore) -> Iterator[Callable[..., Workspace]]:
    """`new_workspace("second")` makes another workspace in won; all are closed at the end of the test."""
    from desktop_crm.services.workspace import init_workspace

    watch_units_of_work()
    with ExitStack() as open_ones:

        def make(name: str = "first", currency: str = "KRW", **more: object) -> Workspace:
            path = tmp_path / f"{name}.crm"
            made = init_workspace(path, name=name, currency=currency, secrets=secrets, **more)
            open_ones.callback(made.close)
            return made

        yield make


@pytest.fixture
def workspace(new_workspace: Callable[..., Workspace]) -> Workspace:
    """An empty workspace in won, in a real encrypted file."""
    return new_workspace()


@pytest.fixture(scope="session")
def data() -> object:
    """`data("crm-maven", "accounts.csv")` is the path of a file of the test data, or the test is skipped."""
    return shared_data
