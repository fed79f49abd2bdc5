"""Comments, mentions, followers and deal teams on any record; what is unread, and what changed since one looked."""

from __future__ import annotations

import pytest

from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import UserId
from desktop_crm.services import comments, history, records
from desktop_crm.services.duplicates import merging


@pytest.fixture
def people(workspace):
    made = {
        name: records.create(workspace, "user", {"name": name, "active": True}).id
        for name in ("김하나", "박서준", "이법무")
    }
    workspace.act_as(UserId(made["김하나"]))
    return made


@pytest.fixture
def deal(workspace, people):
    account = records.create(workspace, "account", {"name": "한빛전자"}).id
    return records.create(workspace, "opportunity", {"name": "HC-900", "account_id": account}).id


def as_user(workspace, user):
    workspace.act_as(UserId(user))


def test_a_comment_names_people_and_its_author_follows(workspace, people, deal):
    comments.say(workspace, "opportunity", deal, " @박서준 단가 확인 부탁합니다 ")
    found = comments.discussion(workspace, "opportunity", deal)
    (said,) = found.comments
    assert (said.text, said.author, said.mentions) == ("@박서준 단가 확인 부탁합니다", "김하나", (people["박서준"],))
    assert [one.name for one in found.followers] == ["김하나"]
    assert found.following
    assert not found.unread
    with pytest.raises(Refusal, match=r"value\.required"):
        comments.say(workspace, "opportunity", deal, "  ")
    with pytest.raises(Refusal, match=r"record\.missing"):
        comments.say(workspace, "opportunity", "nowhere", "x")


def test_it_is_unread_for_others_until_they_look(workspace, people, deal):
    comments.say(workspace, "opportunity", deal, "@박서준 봐 주세요")
    as_user(workspace, people["박서준"])
    (told,) = comments.for_me(workspace)
    assert (told.unread, told.record, told.entity) == (True, "HC-900", "opportunity")
    assert comments.discussion(workspace, "opportunity", deal).unread == 1
    comments.look(workspace, "opportunity", deal)
    assert [one.unread for one in comments.for_me(workspace)] == [False]
    as_user(workspace, people["이법무"])
    assert comments.for_me(workspace) == ()
    as_user(workspace, people["김하나"])
    comments.say(workspace, "opportunity", deal, "하나 더")
    as_user(workspace, people["박서준"])
    assert comments.discussion(workspace, "opportunity", deal).unread == 1
    assert len(comments.for_me(workspace)) == 1  # not followed, and not named in the second
    comments.follow(workspace, "opportunity", deal, on=True)
    assert [one.unread for one in comments.for_me(workspace)] == [True, False]
    records.delete(workspace, "opportunity", deal)
    assert comments.for_me(workspace) == ()


def test_following_ends_and_begins_anew_in_one_row(workspace, people, deal):
    for on in (True, True, False, True):
        comments.follow(workspace, "opportunity", deal, on=on)
        assert comments.discussion(workspace, "opportunity", deal).following is on
    assert records.count(workspace, "follower") == 1


def test_what_others_changed_since_i_looked(workspace, people, deal):
    assert comments.discussion(workspace, "opportunity", deal).news == frozenset()
    comments.look(workspace, "opportunity", deal)
    records.set_fields(workspace, "opportunity", deal, {"next_step": "mine"})
    assert comments.discussion(workspace, "opportunity", deal).news == frozenset()
    as_user(workspace, people["박서준"])
    records.set_fields(workspace, "opportunity", deal, {"next_step": "his"})
    as_user(workspace, people["김하나"])
    (stamp,) = comments.discussion(workspace, "opportunity", deal).news
    entry = records.history(workspace, "opportunity", deal)[-1]
    assert (entry.stamp, entry.after) == (stamp, {"next_step": "his"})
    comments.look(workspace, "opportunity", deal)
    assert comments.discussion(workspace, "opportunity", deal).news == frozenset()


def test_a_comment_is_deleted_by_its_author_alone_and_comes_back_by_undo(workspace, people, deal):
    made = comments.say(workspace, "opportunity", deal, "x").id
    as_user(workspace, people["박서준"])
    with pytest.raises(Refusal, match=r"comment\.foreign"):
        comments.take_back(workspace, made)
    as_user(workspace, people["김하나"])
    changes = comments.take_back(workspace, made)
    assert comments.discussion(workspace, "opportunity", deal).comments == ()
    history.revert(workspace, changes.tx_id)
    assert len(comments.discussion(workspace, "opportunity", deal).comments) == 1


def test_a_deal_has_its_team(workspace, people, deal):
    fields = {"opportunity_id": deal, "user_id": people["이법무"], "deal_role": "legal", "duty": "계약서 검토"}
    records.create(workspace, "deal_member", fields)
    (one,) = comments.discussion(workspace, "opportunity", deal).team
    assert (one.name, one.role, one.duty) == ("이법무", "legal", "계약서 검토")


def test_nobody_follows_before_anybody_signed_in(workspace):
    account = records.create(workspace, "account", {"name": "한빛"}).id
    comments.say(workspace, "account", account, "혼잣말")
    assert comments.for_me(workspace) == ()
    with pytest.raises(Refusal, match=r"comment\.nobody"):
        comments.follow(workspace, "account", account, on=True)


def test_comments_follow_a_merge(workspace, people):
    kept, lost = (records.create(workspace, "account", {"name": name}).id for name in ("한빛", "한빛(주)"))
    comments.say(workspace, "account", lost, "여기도")
    merging.merge(workspace, "account", kept, [lost])
    assert [one.text for one in comments.discussion(workspace, "account", kept).comments] == ["여기도"]
