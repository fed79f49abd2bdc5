"""The time zones that the calendar can be read in. What is kept does not know them: moments are moments."""

from __future__ import annotations

from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from PySide6.QtCore import QTimeZone

from desktop_crm.i18n import tr
from desktop_crm.ui.widgets.steady import SteadyComboBox


def local_zone() -> str:
    """The name of this laptop's zone; UTC where it has none that is known."""
    name = QTimeZone.systemTimeZoneId().toStdString()
    return name if _is_zone(name) else "UTC"


def zone_named(name: str) -> tzinfo:
    return ZoneInfo(name) if _is_zone(name) else UTC


def _is_zone(name: str) -> bool:
    try:
        return bool(name) and ZoneInfo(name) is not None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


def zone_choice(chosen: str) -> SteadyComboBox:
    made = SteadyComboBox()
    made.setAccessibleName(tr("Time zone"))
    made.setToolTip(tr("Time zone"))
    made.addItem(tr("Time of this laptop"), "")
    for city, name in _cities():
        made.addItem(city, name)
    made.setCurrentIndex(max(made.findData(chosen), 0))
    return made


def _cities() -> tuple[tuple[str, str], ...]:
    return (
        (tr("Seoul"), "Asia/Seoul"),
        (tr("Tokyo"), "Asia/Tokyo"),
        (tr("Shanghai"), "Asia/Shanghai"),
        (tr("Hanoi"), "Asia/Ho_Chi_Minh"),
        (tr("Delhi"), "Asia/Kolkata"),
        (tr("Dubai"), "Asia/Dubai"),
        (tr("Berlin"), "Europe/Berlin"),
        (tr("London"), "Europe/London"),
        (tr("New York"), "America/New_York"),
        (tr("Los Angeles"), "America/Los_Angeles"),
        ("UTC", "UTC"),
    )
