"""The administration page: sign in, look, act. HTML made by the server (`admin_views`), one form for each act, no script.

Only administrators come in. A cookie of half an hour, sent to this page alone, says who; each form carries a word that only this
page could have put into it. Every act is written into the audit log.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final
from urllib.parse import parse_qs, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from desktop_crm.domain.schema.options import UserRole
from desktop_crm.foundation.errors import CrmError, Refusal
from desktop_crm.i18n import speaking, tr
from desktop_crm.i18n.error_texts import explain
from desktop_crm.sync.protocol import SignIn
from desktop_crm.sync.server import desk, office, tables
from desktop_crm.sync.server.admin_html import STYLE, Html, field, form, text, whole
from desktop_crm.sync.server.admin_views import PAGES, View
from desktop_crm.sync.server.audit_log import note
from desktop_crm.sync.server.bodies import raw_body
from desktop_crm.sync.server.books import Books
from desktop_crm.sync.server.core import Server
from desktop_crm.sync.server.second_factor import address

Of = Callable[[Request], Awaitable[Server]]
_COOKIE: Final = "crm_admin"
_LARGEST: Final = 64 * 1024
_DEVICE: Final = "administration"
_GUARDS: Final = {
    "content-security-policy": "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}


def routes(of: Of) -> list[Route]:
    """The page's addresses. `of`: the server of the tenant that a request is for."""
    page = _Page(of)
    return [
        Route("/admin/style.css", _style),
        Route("/admin/sign-in", page.sign_in, methods=["POST"]),
        Route("/admin/sign-out", page.sign_out, methods=["POST"]),
        Route("/admin/act", page.act, methods=["POST"]),
        Route("/admin/{page}", page.show),
        Route("/admin/", page.show),
    ]


async def _style(_request: Request) -> Response:
    return Response(STYLE, media_type="text/css", headers={"cache-control": "max-age=3600"})


class _Page:
    """One method for each address."""

    def __init__(self, of: Of) -> None:
        self._of = of

    async def show(self, request: Request) -> Response:
        server = await self._of(request)
        name = str(request.path_params.get("page", ""))
        who = await run_in_threadpool(_who, server, request.cookies.get(_COOKIE, ""))
        if name not in PAGES:
            raise Refusal("server.not_found")
        with speaking(_language(request)):
            if who is None:
                return _html(_door())
            said, bad = request.query_params.get("said", ""), request.query_params.get("bad", "")
            return await run_in_threadpool(_shown, server, name, who, said or bad, bool(bad))

    async def sign_in(self, request: Request) -> Response:
        server, values = await self._of(request), await _values(request)
        ask = SignIn(
            user=values.get("user", ""),
            password=values.get("password", ""),
            device=_DEVICE,
            code=values.get("code", ""),
        )
        with speaking(_language(request)):
            try:
                cookie = await run_in_threadpool(_admitted, server, ask)
            except CrmError as error:
                told = explain(error)
                return _html(_door(" ".join(part for part in (told.happened, told.next_step) if part)), status=401)
        answer = RedirectResponse("./", status_code=303)
        answer.set_cookie(
            _COOKIE,
            cookie,
            path=f"{request.scope.get('root_path', '')}/admin",
            httponly=True,
            samesite="strict",
            secure=_is_secure(request),
        )
        return answer

    async def sign_out(self, request: Request) -> Response:
        answer = RedirectResponse("./", status_code=303)
        answer.delete_cookie(_COOKIE, path=f"{request.scope.get('root_path', '')}/admin")
        return answer

    async def act(self, request: Request) -> Response:
        server, values = await self._of(request), await _values(request)
        cookie = request.cookies.get(_COOKIE, "")
        who = await run_in_threadpool(_who, server, cookie)
        word = values.pop("csrf", "")
        if who is None or not hmac.compare_digest(word.encode(), _csrf(cookie).encode()):
            raise Refusal("server.token")
        act = values.pop("act", "")
        if act not in _ACTS:
            raise Refusal("server.malformed")
        back, do = _ACTS[act]
        with speaking(_language(request)):
            try:
                said = {"said": await run_in_threadpool(_done, server, do, values, who["user_id"]) or tr("Done")}
            except CrmError as error:
                told = explain(error)
                said = {"bad": " ".join(part for part in (told.happened, told.next_step) if part)}
        return RedirectResponse(f"./{back}?{urlencode(said)}", status_code=303)


def _admitted(server: Server, ask: SignIn) -> str:
    """The cookie's value. Raises Refusal as signing in does, `server.administrator` for everybody else."""
    user = server.people.checked(ask)
    with server.store.writing(server.tenant) as books:
        if user["role"] != UserRole.ADMINISTRATOR:
            note(books, server.clock, "admin.refused", by=user["user_id"])
            raise Refusal("server.administrator")
        note(books, server.clock, "admin.sign_in", by=user["user_id"])
    return server.people.admin_word(user["user_id"])


def _who(server: Server, cookie: str) -> Mapping[str, Any] | None:
    """The administrator whose cookie it is, as long as he is one."""
    user_id = server.people.admin_of(cookie)
    if not user_id:
        return None
    with server.store.reading(server.tenant) as books:
        user = books.one(tables.user, user_id=user_id)
    is_one = user is not None and not user["disabled"] and user["role"] == UserRole.ADMINISTRATOR
    return {**user, "csrf": _csrf(cookie)} if is_one and user is not None else None


def _csrf(cookie: str) -> str:
    return hashlib.sha256(f"form {cookie}".encode("utf-8", "surrogatepass")).hexdigest()


def _shown(server: Server, name: str, who: Mapping[str, Any], said: str, bad: bool) -> Response:
    title, make = PAGES[name]
    with server.store.reading(server.tenant) as books:
        body = make(View(books=books, csrf=who["csrf"]))
    return _html(whole(title(), body, top=_top(name, who), said=said, bad=bad))


def _top(name: str, who: Mapping[str, Any]) -> Html:
    links = "".join(
        f'<li><a href="./{page}"{" aria-current=page" if page == name else ""}>{text(title())}</a></li>'
        for page, (title, _) in PAGES.items()
    )
    leave = form("sign-out", {"csrf": who["csrf"]}, (), tr("Sign out"), who["name"])
    return Html(f'<header><nav aria-label="{text(tr("Pages"))}"><ul>{links}<li>{leave}</li></ul></nav></header>')


def _door(said: str = "") -> Html:
    lines = (
        field("user", tr("User name"), complete="username"),
        field("password", tr("Password"), kind="password", complete="current-password"),
        field("code", tr("Sign-in code"), required=False, complete="one-time-code"),
    )
    return whole(tr("Administration"), [form("sign-in", {}, lines, tr("Sign in"))], said=said, bad=bool(said))


def _html(page: Html, status: int = 200) -> Response:
    return Response(page, status_code=status, media_type="text/html", headers=_GUARDS)


async def _values(request: Request) -> dict[str, str]:
    body = await raw_body(request, _LARGEST)
    try:
        return {
            name: held[-1]
            for name, held in parse_qs(body.decode(), keep_blank_values=True, strict_parsing=bool(body)).items()
        }
    except (ValueError, UnicodeDecodeError) as error:
        raise Refusal("server.malformed") from error


def _language(request: Request) -> str:
    """Korean when the browser asks for it before English, as for the first market; English else."""
    wished = [part.split(";")[0].strip().lower() for part in request.headers.get("accept-language", "ko").split(",")]
    return next((one[:2] for one in wished if one[:2] in {"ko", "en"}), "en")


def _is_secure(request: Request) -> bool:
    return request.headers.get("x-forwarded-proto", request.url.scheme) == "https"


Do = Callable[[Server, Books, Mapping[str, str], str], str | None]


def _done(server: Server, do: Do, values: Mapping[str, str], by: str) -> str | None:
    try:
        with server.store.writing(server.tenant) as books:
            said = do(server, books, values, by)
    except (KeyError, ValueError) as error:
        raise Refusal("server.malformed") from error
    server.news.tell(server.head())
    return said


def _add(server: Server, books: Books, values: Mapping[str, str], by: str) -> str:
    server.people.add_within(books, values["name"], UserRole(values["role"]), values["password"], by=by)
    return tr("{name} may sign in now", name=values["name"])


def _factor_on(server: Server, books: Books, values: Mapping[str, str], by: str) -> str:
    secret = desk.set_second_factor(books, server.clock, values["user"], on=True, by=by)
    return tr(
        "Shown once, for the authenticator app: {address}",
        address=address(secret, desk.person(books, values["user"])["name"]),
    )


def _grant(server: Server, books: Books, values: Mapping[str, str], by: str) -> None:
    office.grant(books, values["holder"], values["scope"].strip(), values["mode"])
    note(books, server.clock, "grant", by=by, what=f"{values['holder']} {values['scope']} {values['mode']}")


def _share(server: Server, books: Books, values: Mapping[str, str], by: str) -> None:
    office.share(books, server.clock, values["account"].strip(), values["holder"], values["mode"], by=by)
    note(books, server.clock, "share", by=by, what=f"{values['account']} {values['holder']} {values['mode']}")


def _territories(server: Server, books: Books, values: Mapping[str, str], by: str) -> str:
    moved = office.set_territories(books, server.clock, values["field"].strip(), by=by)
    note(books, server.clock, "territories", by=by, what=values["field"])
    return tr("{count} accounts moved", count=moved)


_ACTS: Final[Mapping[str, tuple[str, Do]]] = {
    "add": ("people", _add),
    "role": ("people", lambda s, b, v, by: desk.set_role(b, s.clock, v["user"], UserRole(v["role"]), by=by)),
    "team": ("people", lambda s, b, v, by: desk.set_team(b, s.clock, v["user"], v["team"], by=by)),
    "sign_out": ("people", lambda s, b, v, by: desk.sign_out(b, s.clock, v["user"], by=by)),
    "disable": ("people", lambda s, b, v, by: desk.set_disabled(b, s.clock, v["user"], disabled=True, by=by)),
    "enable": ("people", lambda s, b, v, by: desk.set_disabled(b, s.clock, v["user"], disabled=False, by=by)),
    "factor_on": ("people", _factor_on),
    "factor_off": (
        "people",
        lambda s, b, v, by: desk.set_second_factor(b, s.clock, v["user"], on=False, by=by) and None,
    ),
    "revoke": ("laptops", lambda s, b, v, by: desk.set_revoked(b, s.clock, v["device"], revoked=True, by=by)),
    "let_in": ("laptops", lambda s, b, v, by: desk.set_revoked(b, s.clock, v["device"], revoked=False, by=by)),
    "grant": ("rights", _grant),
    "share": ("rights", _share),
    "lock_days": ("", lambda s, b, v, by: desk.set_lock_days(b, s.clock, int(v["days"]), by=by)),
    "quota": ("", lambda s, b, v, by: desk.set_quota(b, s.clock, int(v["mib"]), by=by)),
    "territories": ("", _territories),
}
