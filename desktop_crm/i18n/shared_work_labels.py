"""The words of comments, followers and deal teams: labels of entities, fields and options. Data, no behaviour."""

from __future__ import annotations

from desktop_crm.i18n.catalogue import mark

ENTITIES: dict[str, tuple[str, str]] = {
    "comment": (mark("Comment"), mark("Comments")),
    "follower": (mark("Follower"), mark("Followers")),
    "deal_member": (mark("Deal team member"), mark("Deal team")),
}

FIELDS: dict[str, str] = {
    "record_id": mark("Record"),
    "comment.body": mark("Comment"),
    "written_at": mark("Written at"),
    "mentions": mark("Mentions"),
    "deal_role": mark("Role on the deal"),
    "duty": mark("Duty"),
}

OPTIONS: dict[str, dict[str, str]] = {
    "deal_role": {
        "sales": mark("Sales"),
        "support": mark("Support", "role on a deal"),
        "legal": mark("Legal"),
        "finance": mark("Finance"),
    },
}
