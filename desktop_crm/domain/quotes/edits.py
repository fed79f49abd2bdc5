"""Edits of a draft: each gives a new draft. Lines and sections are named by their ids; an id that is not there changes nothing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from desktop_crm.domain.quotes.draft import LOOSE, QuoteDraft, QuoteLine, QuoteSection
from desktop_crm.foundation.ids import RowId


def find_line(draft: QuoteDraft, line_id: RowId) -> QuoteLine | None:
    """The line with this id."""
    return next((line for line in draft.lines() if line.id == line_id), None)


def set_line(draft: QuoteDraft, line: QuoteLine) -> QuoteDraft:
    """The line in place of the one with its id."""
    return replace(
        draft,
        sections=tuple(
            replace(section, lines=tuple(line if old.id == line.id else old for old in section.lines))
            if any(old.id == line.id for old in section.lines)
            else section
            for section in draft.sections
        ),
    )


def add_line(draft: QuoteDraft, line: QuoteLine, after: RowId | None = None) -> QuoteDraft:
    """A new line below a line or right under a heading; without one at the very end."""
    sections = _with_place(draft)
    place, position = len(sections) - 1, len(sections[-1].lines)
    for number, section in enumerate(sections):
        if after is not None and section.id == after:
            place, position = number, 0
        for spot, old in enumerate(section.lines):
            if old.id == after:
                place, position = number, spot + 1
    target = sections[place]
    sections[place] = replace(target, lines=(*target.lines[:position], line, *target.lines[position:]))
    return replace(draft, sections=tuple(sections))


def add_lines(draft: QuoteDraft, lines: Sequence[QuoteLine], after: RowId | None = None) -> QuoteDraft:
    """Many new lines in one go, below a line or right under a heading; without one at the very end."""
    if not lines:
        return draft
    whole = add_line(draft, lines[0], after)
    return replace(
        whole,
        sections=tuple(
            replace(section, lines=_spliced(section.lines, lines)) if lines[0] in section.lines else section
            for section in whole.sections
        ),
    )


def _spliced(own: tuple[QuoteLine, ...], lines: Sequence[QuoteLine]) -> tuple[QuoteLine, ...]:
    place = next(spot for spot, line in enumerate(own) if line.id == lines[0].id)
    return (*own[:place], *lines, *own[place + 1 :])


def add_parts(draft: QuoteDraft, line_id: RowId, parts: Sequence[QuoteLine]) -> QuoteDraft:
    """The parts of a bundle right below its line."""
    for part in parts:
        draft, line_id = add_line(draft, part, line_id), part.id
    return draft


def remove(draft: QuoteDraft, ids: Collection[RowId]) -> QuoteDraft:
    """Without these lines and headings. The lines of a heading that goes join what stands above."""
    sections: list[QuoteSection] = []
    for section in draft.sections:
        lines = tuple(line for line in section.lines if line.id not in ids)
        if section.id == LOOSE or section.id not in ids:
            sections.append(replace(section, lines=lines))
        elif sections:
            sections[-1] = replace(sections[-1], lines=(*sections[-1].lines, *lines))
        else:
            sections.append(QuoteSection(id=LOOSE, lines=lines))
    return replace(draft, sections=_tidy(sections))


def add_section(draft: QuoteDraft, section: QuoteSection, after: RowId | None = None) -> QuoteDraft:
    """A new section below the one that holds `after` (a line or a heading); without one at the end."""
    sections = list(draft.sections)
    place = len(sections)
    for number, old in enumerate(sections):
        if after is not None and (old.id == after or any(line.id == after for line in old.lines)):
            place = number + 1
    return replace(draft, sections=_tidy([*sections[:place], section, *sections[place:]]))


def change_lines(draft: QuoteDraft, ids: Collection[RowId], **fields: Any) -> QuoteDraft:
    """The same fields in all these lines."""
    wanted = set(ids)
    return replace(
        draft,
        sections=tuple(
            replace(
                section,
                lines=tuple(replace(line, **fields) if line.id in wanted else line for line in section.lines),
            )
            if any(line.id in wanted for line in section.lines)
            else section
            for section in draft.sections
        ),
    )


def change_sections(draft: QuoteDraft, ids: Collection[RowId], **fields: Any) -> QuoteDraft:
    """The same fields in all these sections."""
    wanted = set(ids)
    sections = (replace(section, **fields) if section.id in wanted else section for section in draft.sections)
    return replace(draft, sections=tuple(sections))


def rename_section(draft: QuoteDraft, section_id: RowId, name: str) -> QuoteDraft:
    """The heading in other words."""
    return replace(
        draft,
        sections=tuple(
            replace(section, name=name) if section.id == section_id else section for section in draft.sections
        ),
    )


def move_line(draft: QuoteDraft, line_id: RowId, before: RowId | None) -> QuoteDraft:
    """The line moved to just above a line or heading; None is the very end."""
    line = find_line(draft, line_id)
    if line is None or before == line_id:
        return draft
    sections = _with_place(replace(draft, sections=_without(draft.sections, line_id)))
    place, position = len(sections) - 1, len(sections[-1].lines)
    for number, section in enumerate(sections):
        if before is not None and section.id == before and before != LOOSE:
            if number == 0:
                sections.insert(0, QuoteSection(id=LOOSE))
                place, position = 0, 0
            else:
                place, position = number - 1, len(sections[number - 1].lines)
            break
        spots = [spot for spot, old in enumerate(section.lines) if old.id == before]
        if spots:
            place, position = number, spots[0]
            break
    target = sections[place]
    sections[place] = replace(target, lines=(*target.lines[:position], line, *target.lines[position:]))
    return replace(draft, sections=_tidy(sections))


def move_section(draft: QuoteDraft, section_id: RowId, before: RowId | None) -> QuoteDraft:
    """The section with its lines moved above the one that holds `before`; None is the very end."""
    moved = next((section for section in draft.sections if section.id == section_id and section_id != LOOSE), None)
    if moved is None:
        return draft
    if before == section_id or any(line.id == before for line in moved.lines):
        return draft
    others = [section for section in draft.sections if section.id != section_id]
    place = len(others)
    for number, section in enumerate(others):
        if before is not None and (section.id == before or any(line.id == before for line in section.lines)):
            place = number
    first = 1 if others and others[0].id == LOOSE else 0
    others.insert(max(place, first), moved)
    return replace(draft, sections=tuple(others))


def row_ids(draft: QuoteDraft) -> list[RowId]:
    """Headings and lines from top to bottom."""
    found: list[RowId] = []
    for section in draft.sections:
        if section.id != LOOSE:
            found.append(section.id)
        found.extend(line.id for line in section.lines)
    return found


def _with_place(draft: QuoteDraft) -> list[QuoteSection]:
    """The sections, at least one for lines to stand in."""
    return list(draft.sections) or [QuoteSection(id=LOOSE)]


def _without(sections: Sequence[QuoteSection], line_id: RowId) -> tuple[QuoteSection, ...]:
    return tuple(
        replace(section, lines=tuple(line for line in section.lines if line.id != line_id)) for section in sections
    )


def _tidy(sections: Sequence[QuoteSection]) -> tuple[QuoteSection, ...]:
    """Loose lines first, and none when there are none."""
    return tuple(section for section in sections if section.id != LOOSE or section.lines)
