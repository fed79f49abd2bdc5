"""The administration page's HTML: escaped by default, labelled, readable without style or script. Holds no rule and asks nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from desktop_crm.i18n import current, tr

STYLE = """
:root { color-scheme: light dark; --line: #c9d2dc; --ink: #16202c; --paper: #fff; --quiet: #55616f; --mark: #1f5fbf; --bad: #b3261e; }
@media (prefers-color-scheme: dark) {
  :root { --line: #3b4653; --ink: #e8edf3; --paper: #14191f; --quiet: #a3b0bf; --mark: #8ab8ff; --bad: #ff8a80; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 1rem 1.5rem 4rem; color: var(--ink); background: var(--paper);
  font: 16px/1.5 Pretendard, "Noto Sans KR", "Apple SD Gothic Neo", "Malgun Gothic", system-ui, sans-serif; }
a { color: var(--mark); } nav ul { display: flex; align-items: center; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; padding: 0; }
nav a[aria-current] { color: var(--ink); font-weight: 700; text-decoration: none; }
h1 { font-size: 1.5rem; margin: .5rem 0; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
.wide { overflow-x: auto; margin-bottom: 1rem; } table { border-collapse: collapse; width: 100%; } caption { text-align: start; color: var(--quiet); }
th, td { text-align: start; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); vertical-align: middle; }
form.row { display: inline-flex; flex-wrap: wrap; gap: .5rem; align-items: end; margin: 0 .75rem 0 0; }
label { display: flex; flex-direction: column; font-size: .85rem; color: var(--quiet); }
input, select, button { font: inherit; padding: .3rem .6rem; border: 1px solid var(--line); border-radius: .4rem;
  color: inherit; background: transparent; } select option { color: var(--ink); background: var(--paper); }
button { cursor: pointer; } button:hover { border-color: var(--mark); }
:focus-visible { outline: 3px solid var(--mark); outline-offset: 2px; }
.said { border-inline-start: 4px solid var(--mark); padding: .4rem .8rem; } .said.bad { border-color: var(--bad); }
.skip { position: absolute; inset-inline-start: -99rem; } .skip:focus { position: static; }
.quiet { color: var(--quiet); } code { overflow-wrap: anywhere; }
"""


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def text(value: object) -> Html:
    """Anything, made harmless."""
    return value if isinstance(value, Html) else Html(escape(str(value)))


def table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Html:
    """A table with a caption; says so when it is empty."""
    lines = ["<tr>" + "".join(f"<td>{text(cell)}</td>" for cell in row) + "</tr>" for row in rows]
    if not lines:
        return Html(f'<p class="quiet">{text(caption)}: {text(tr("nothing"))}</p>')
    head = "".join(f'<th scope="col">{text(one)}</th>' for one in heads)
    body = "".join(lines)
    return Html(
        f'<div class="wide"><table><caption>{text(caption)}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def form(action: str, hidden: Mapping[str, str], parts: Iterable[Html], go: str, about: str = "") -> Html:
    """A form on one line. `about`: whom or what it is for, for those who hear the page."""
    kept = "".join(f'<input type="hidden" name="{text(k)}" value="{text(v)}">' for k, v in hidden.items())
    named = f' aria-label="{text(f"{go}: {about}")}"' if about else ""
    return Html(
        f'<form class="row" method="post" action="{text(action)}">{kept}{"".join(parts)}'
        f'<button type="submit"{named}>{text(go)}</button></form>'
    )


def field(
    name: str, label: str, *, kind: str = "text", value: str = "", required: bool = True, complete: str = "off"
) -> Html:
    """A line to fill in."""
    must = " required" if required else ""
    return Html(
        f'<label>{text(label)}<input name="{text(name)}" type="{kind}" value="{text(value)}"'
        f' autocomplete="{complete}"{must}></label>'
    )


def choice(name: str, label: str, options: Iterable[tuple[str, str]], chosen: str = "") -> Html:
    """One of a few."""
    lines = "".join(
        f'<option value="{text(value)}"{" selected" if value == chosen else ""}>{text(word)}</option>'
        for value, word in options
    )
    return Html(f'<label>{text(label)}<select name="{text(name)}">{lines}</select></label>')


def whole(title: str, body: Iterable[Html], *, top: Html = Html(""), said: str = "", bad: bool = False) -> Html:  # noqa: B008 - a constant
    """The whole page."""
    word = f'<p class="said{" bad" if bad else ""}" role="status">{text(said)}</p>' if said else ""
    return Html(
        f'<!doctype html><html lang="{current()}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{text(title)} — Desktop CRM</title>'
        '<link rel="stylesheet" href="style.css"></head><body>'
        f'<a class="skip" href="#main">{text(tr("Skip to the content"))}</a>{top}'
        f'<main id="main"><h1>{text(title)}</h1>{word}{"".join(body)}</main></body></html>'
    )
