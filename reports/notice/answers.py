"""What programs ask of notices and are answered, and what the forms of their page bring."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints


class NoticesQuery(BaseModel):
    """How many, and from where on."""

    model_config = ConfigDict(extra="ignore")
    cursor: str = ""
    limit: Annotated[int, Field(ge=1, le=500)] = 100


class NoticeProposalBody(BaseModel):
    """The month; after approval also the reason of the amendment."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    month: str
    reason: Annotated[str, StringConstraints(max_length=2000)] = ""


class AmendmentForm(BaseModel):
    """On a notice's page: the reason, where one was approved before."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    reason: Annotated[str, StringConstraints(max_length=2000)] = ""


class ApprovalBody(BaseModel):
    """What was read: its hash; where another waits by now, nothing is approved."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    hash: Annotated[str, StringConstraints(max_length=64)] = ""


class ApprovalForm(BaseModel):
    """On a notice's page: what was read, and that who is named by it was read."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    hash: Annotated[str, StringConstraints(min_length=64, max_length=64)]
    named: Literal["read"]


class SendBackProposalBody(BaseModel):
    """Why the proposal goes back to the centre, and what was read."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    reason: Annotated[str, StringConstraints(min_length=1, max_length=2000)]
    hash: Annotated[str, StringConstraints(max_length=64)] = ""


class NoticeRow(BaseModel):
    """A notice without its content. `state`: proposed, approved, sent_back by the leader (`sent_back`: why), or withdrawn (gave way)."""

    id: int
    month: str
    state: str
    amends: int | None
    reason: str
    rules: int
    as_of: str
    hash: str
    proposed_by: str
    proposed_at: str
    approved_by: str | None
    approved_at: str | None
    sent_back: str


class OpenMatters(BaseModel):
    """What is open of a month before its notice may be proposed: windows to appeal (the last until …) and appeals; and what would stand in a
    later notice: findings that nobody judged, requests for exclusion. From `begins_at` on the month's last night was looked at.
    """

    windows: int
    heard_until: str | None
    appeals: int
    unjudged: int
    exclusions: int
    begins_at: str


class Notices(BaseModel):
    """A list of notices, newest first."""

    items: list[NoticeRow]
    next_cursor: str | None = None


class NoticeShown(BaseModel):
    """A notice with its content: approved, proposed, or a draft made now. `open`: what is open of a month that was not approved."""

    month: str
    state: str
    rules: int
    as_of: str
    hash: str
    amends: int | None
    reason: str
    content: dict[str, Any]
    open: OpenMatters | None = None


class NoticeAnswer(BaseModel):
    """What became of it."""

    month: str
    state: str
    hash: str
