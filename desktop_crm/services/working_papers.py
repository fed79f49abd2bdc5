"""The forms of working papers (redline, hand-over, plan, map): a shipped one of each kind, or our own that was made the usual one.

Quotations choose their form themselves (`services.quotes.papers`); a working paper takes the usual one of its kind.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple, TypeVar

from desktop_crm.documents.handover_document import HandoverDocument
from desktop_crm.documents.plan_document import PlanDocument
from desktop_crm.documents.quote_document import Picture
from desktop_crm.domain.quotes import paper as papers
from desktop_crm.domain.quotes import paper_reading
from desktop_crm.domain.quotes.paper import COMPANY, Paper, PaperKind
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.foundation.paths import resources
from desktop_crm.i18n import Language, current
from desktop_crm.persistence.engine import Session
from desktop_crm.persistence.stores import templates as store
from desktop_crm.services import blobs
from desktop_crm.services.workspace import Workspace

KINDS = tuple(kind for kind in PaperKind if kind is not PaperKind.QUOTATION)
_Document = TypeVar("_Document", HandoverDocument, PlanDocument)


class Own(NamedTuple):
    """A form of our own that can be read: its id, name, kind, and whether papers of its kind are printed in it."""

    key: str
    name: str
    kind: PaperKind
    usual: bool
    paper: Paper


def own(session: Session) -> list[Own]:
    """Our own forms by name; one that cannot be read any more is left out."""
    found: list[Own] = []
    for row_id, name, form in store.templates(session):
        try:
            kind, usual = paper_reading.kind_of(form)
            found.append(Own(row_id, name, kind, usual, paper_reading.from_text(form, name)))
        except Refusal:
            continue
    return found


def usual_form(session: Session, kind: PaperKind) -> Paper:
    """The form that papers of this kind are printed in, with the company's logo."""
    mine = next((one.paper for one in own(session) if one.kind is kind and one.usual), None)
    paper = mine or shipped(kind)
    return replace(paper, logo=store.company(session).logo if paper.logo == COMPANY else paper.logo)


def pictures(workspace: Workspace, paper: Paper) -> tuple[Picture, ...]:
    """The logo a form names, where it is here already; a working paper is not held up by one that is not."""
    try:
        return tuple(Picture(one, blobs.get(workspace, one)) for one in ([paper.logo] if paper.logo else []))
    except Trouble:
        return ()


def dressed(workspace: Workspace, document: _Document, kind: PaperKind) -> _Document:
    """The document in the usual form of its kind."""
    with workspace.read() as session:
        paper = usual_form(session, kind)
    return replace(document, paper=paper, pictures=pictures(workspace, paper))


def text_of(paper: Paper, kind: PaperKind, *, usual: bool = False) -> str:
    """A form as its field holds it."""
    values = json.loads(papers.kept(replace(paper, name="")))
    more: dict[str, Any] = {} if kind is PaperKind.QUOTATION else {"kind": kind.value, "usual": usual}
    return json.dumps(values | more, ensure_ascii=False, sort_keys=True)


def set_usual(workspace: Workspace, kind: PaperKind, key: str) -> Changes:
    """Print papers of this kind in that form from now on; a shipped one's key goes back to the program's own."""
    with workspace.write("templates.usual") as work:
        for one in own(work.session):
            if one.kind is kind and one.usual is not (one.key == key):
                form = text_of(one.paper, kind, usual=one.key == key)
                work.update("document_template", one.key, {"form": form})
    return work.changes


@cache
def _values(kind: PaperKind) -> dict[str, Any]:
    return tomllib.loads(resources("templates", f"{kind.value}.toml").read_text(encoding="utf-8"))


@cache
def shipped(kind: PaperKind) -> Paper:
    """The program's own form of that kind."""
    return paper_reading.read(_values(kind))


def shipped_name(kind: PaperKind) -> str:
    return str(_values(kind)["name_ko" if current() is Language.KO else "name_en"])
