"""The forms quotes are printed in: shipped ones, our own (synced), the company's logo and seal; which one a quote takes."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

from desktop_crm.documents.quote_document import Picture
from desktop_crm.domain.quotes import paper_reading
from desktop_crm.domain.quotes.paper import COMPANY, SHIPPED, Paper, PaperKind
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.paths import resources
from desktop_crm.i18n import Language, current
from desktop_crm.persistence.engine import Session
from desktop_crm.persistence.stores import templates as store
from desktop_crm.persistence.stores.quotes import supplier_id
from desktop_crm.services import blobs, working_papers
from desktop_crm.services.workspace import Workspace

USUAL: Final = "quotation"
_SHIPPED_KEYS: Final = frozenset({*SHIPPED, *PaperKind})
_PICTURE: Final = "image/png"


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A form and its name. `key`: what a quote names it by. A shipped one is changed by making one of our own from it."""

    key: str
    name: str
    paper: Paper
    shipped: bool
    kind: PaperKind = PaperKind.QUOTATION


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """The form that was saved, and what changed with it."""

    key: str
    changes: Changes


def templates(workspace: Workspace) -> tuple[Template, ...]:
    """The forms of quotations: the shipped ones, then our own by name. One that cannot be read any more is left out."""
    return tuple(one for one in all_templates(workspace) if one.kind is PaperKind.QUOTATION)


def all_templates(workspace: Workspace) -> tuple[Template, ...]:
    """The same, and the forms of working papers after them."""
    with workspace.read() as session:
        mine = working_papers.own(session)
    found = [Template(key=key, name=_shipped_name(key), paper=_shipped(key), shipped=True) for key in SHIPPED]
    for kind in PaperKind:
        if kind is not PaperKind.QUOTATION:
            name, paper = working_papers.shipped_name(kind), working_papers.shipped(kind)
            found.append(Template(key=kind.value, name=name, paper=paper, shipped=True, kind=kind))
        found += [
            Template(key=one.key, name=one.name, paper=one.paper, shipped=False, kind=kind)
            for one in mine
            if one.kind is kind
        ]
    return tuple(found)


def save_template(
    workspace: Workspace, key: str | None, name: str, paper: Paper, kind: PaperKind = PaperKind.QUOTATION
) -> Saved:
    """Keep a form of our own; without a key, or with a shipped one's, it is a new one, and of a working paper at once the usual one.

    Raises Refusal `value.required`, `template.field`.
    """
    if not name.strip():
        raise Refusal("value.required", entity="document_template", field="name")
    fresh = key is None or key in _SHIPPED_KEYS
    with workspace.write("templates.save") as work:
        mine = working_papers.own(work.session)
        usual = fresh or any(one.usual for one in mine if one.key == key)
        text = working_papers.text_of(paper, kind, usual=usual)
        paper_reading.from_text(text)
        fields = {"name": name.strip(), "form": text}
        if key is None or fresh:
            for one in mine:
                if one.kind is kind and one.usual:
                    work.update("document_template", one.key, {"form": working_papers.text_of(one.paper, kind)})
            key = work.insert("document_template", fields)
        else:
            work.update("document_template", key, fields)
    return Saved(key=key, changes=work.changes)


def delete_template(workspace: Workspace, key: str) -> Changes:
    """Take a form of our own away; quotes that name it are printed in the usual one. Raises Refusal `template.shipped`."""
    if key in _SHIPPED_KEYS:
        raise Refusal("template.shipped")
    with workspace.write("templates.delete") as work:
        work.delete("document_template", key)
    return work.changes


def company_paper(session: Session, key: str, nothing: str = "") -> Paper:
    """The form of that key (the company's usual one where it is empty or gone) with the company's own pictures in it."""
    found = _paper(session, key) or _paper(session, store.company(session).template) or _shipped(USUAL)
    return _with_company(session, found, nothing)


def _with_company(session: Session, paper: Paper, nothing: str = "") -> Paper:
    """`nothing`: what stands for a picture the company does not have."""
    company = store.company(session)
    return replace(
        paper,
        logo=((company.logo or nothing) if paper.logo == COMPANY else paper.logo),
        seal=((company.seal or nothing) if paper.seal == COMPANY else paper.seal),
    )


def paper_of(workspace: Workspace, key: str) -> Paper:
    """The same for a draft, read by itself: a picture the company does not have stays named as missing."""
    with workspace.read() as session:
        return company_paper(session, key, COMPANY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Printing:
    """A form and the pictures it names."""

    paper: Paper
    pictures: tuple[Picture, ...]


def printing(workspace: Workspace, key: str) -> Printing:
    """The form of that key with its pictures. Raises Trouble `file.missing`, `file.damaged`."""
    paper = paper_of(workspace, key)
    return Printing(paper=paper, pictures=pictures_of(workspace, paper))


def as_printed(workspace: Workspace, paper: Paper) -> Printing:
    """A form that is being edited, with the company's own pictures in their places."""
    with workspace.read() as session:
        whole = _with_company(session, paper, COMPANY)
    return Printing(paper=whole, pictures=pictures_of(workspace, whole))


def pictures_of(workspace: Workspace, paper: Paper | None) -> tuple[Picture, ...]:
    """The pictures a form names, out of the store. Raises Trouble `file.missing`, `file.damaged`."""
    if paper is None:
        return ()
    return tuple(Picture(digest, blobs.get(workspace, digest)) for digest in paper.pictures())


def set_picture(workspace: Workspace, field: str, content: bytes | None) -> Changes:
    """Set the company's `logo` or `seal` (None takes it away). Raises Refusal `picture.unreadable`."""
    from desktop_crm.documents import pictures

    digest = blobs.put(workspace, pictures.prepared(content), _PICTURE) if content is not None else None
    with workspace.write("quotes.set_supplier") as work:
        row_id = supplier_id(work.session)
        if row_id is None:
            work.insert("supplier", {"name": workspace.name, field: digest})
        else:
            work.update("supplier", row_id, {field: digest})
    return work.changes


def set_usual(workspace: Workspace, key: str, kind: PaperKind = PaperKind.QUOTATION) -> Changes:
    """The form that quotes without one of their own, or papers of that kind, are printed in."""
    if kind is not PaperKind.QUOTATION:
        return working_papers.set_usual(workspace, kind, key)
    with workspace.write("templates.usual") as work:
        row_id = supplier_id(work.session)
        if row_id is None:
            work.insert("supplier", {"name": workspace.name, "template": key})
        else:
            work.update("supplier", row_id, {"template": key})
    return work.changes


def company_pictures(workspace: Workspace) -> dict[str, bytes]:
    """The company's logo and seal, as far as they are set and here."""
    with workspace.read() as session:
        company = store.company(session)
    named = {"logo": company.logo, "seal": company.seal}
    return {field: blobs.get(workspace, digest) for field, digest in named.items() if digest}


def _paper(session: Session, key: str) -> Paper | None:
    if key in SHIPPED:
        return _shipped(key)
    found = store.template(session, key) if key else None
    if found is None:
        return None
    try:
        return paper_reading.from_text(found[1], found[0])
    except Refusal:
        return None


@cache
def _values(key: str) -> dict[str, Any]:
    return tomllib.loads(resources("templates", f"{key}.toml").read_text(encoding="utf-8"))


@cache
def _shipped(key: str) -> Paper:
    return paper_reading.read(_values(key))


def _shipped_name(key: str) -> str:
    return str(_values(key)["name_ko" if current() is Language.KO else "name_en"])
