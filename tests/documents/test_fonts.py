"""Type: what is shown, how wide it is, where it breaks."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_crm.documents.fonts import MISSING, Face, clean, face, fitted, runs, width, wrapped
from tests.documents.reading import squeezed

TEXTS = st.text("가각힣ㄱ漢字 abW01,.-·()…₩\u00a0é", max_size=60)


def test_figures_have_one_width_so_that_columns_line_up() -> None:
    for name in (Face.REGULAR, Face.BOLD):
        assert len({round(width(figure, name, 10), 6) for figure in "0123456789"}) == 1


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("견적서", "견적서"),
        ("견적", "견적"),
        ("計劃 계획", "計劃 계획"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("tab\tand\x07bell", "tab and bell"),
        ("웃음 😀!", f"웃음 {MISSING}!"),
        ("ไทย", MISSING * 3),
    ],
)
def test_unknown_signs_become_visible_boxes(text: str, shown: str) -> None:
    assert clean(text) == shown
    known = set(face(Face.REGULAR).face.charToGlyph) | set(face(Face.FALLBACK).face.charToGlyph)
    assert all(ord(sign) in known for sign in clean(text))


def test_hanja_is_set_in_the_face_that_has_it() -> None:
    assert [(run.face, run.text) for run in runs("韓國 한국", Face.BOLD)] == [
        (Face.FALLBACK, "韓國"),
        (Face.BOLD, " 한국"),
    ]


@settings(deadline=None)
@given(text=TEXTS, room=st.floats(20, 300))
def test_wrapping_loses_nothing_and_fits(text: str, room: float) -> None:
    lines = wrapped(text, Face.REGULAR, 9, room)
    assert squeezed("".join(lines)) == squeezed(clean(text))
    for line in lines:
        assert width(line, Face.REGULAR, 9) <= room or len(line) == 1


def test_words_stay_whole_where_they_can() -> None:
    assert wrapped("제어 모듈 이중화 전원", Face.REGULAR, 9, 50) == ("제어 모듈", "이중화 전원")
    assert wrapped("한 줄\n\n두 줄", Face.REGULAR, 9, 100) == ("한 줄", "", "두 줄")


@settings(deadline=None)
@given(text=TEXTS, room=st.floats(20, 300))
def test_a_fitted_text_fits(text: str, room: float) -> None:
    shown = fitted(text, Face.REGULAR, 9, room)
    assert width(shown, Face.REGULAR, 9) <= room
    assert shown == clean(text) or shown.endswith("…")
