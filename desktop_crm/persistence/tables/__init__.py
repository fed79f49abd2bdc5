"""Every table of the laptop, on one metadata. Importing this package registers them all."""

from __future__ import annotations

from desktop_crm.persistence.tables import local
from desktop_crm.persistence.tables.account_work import (
    AccountMemberRow,
    AccountPlanRow,
    AttachmentRow,
    CompetitorRow,
    PlanItemRow,
    WhiteSpaceCellRow,
)
from desktop_crm.persistence.tables.accounts import AccountRow, ContactRow, HierarchyLinkRow
from desktop_crm.persistence.tables.activities import ActivityRow, TaskRow
from desktop_crm.persistence.tables.approvals import (
    ApprovalDecisionRow,
    ApprovalDelegateRow,
    ApprovalEnvelopeRow,
    ApprovalKeyRow,
    ApprovalRequestRow,
    ApprovalRuleRow,
    ApprovalStepRow,
    CertificationKeyRow,
)
from desktop_crm.persistence.tables.bookkeeping import ConflictRow, ImportedFileRow, OpenReferenceRow, OwnFieldRow
from desktop_crm.persistence.tables.catalogue import BundleItemRow, PriceBookEntryRow, PriceBookRow, ProductRow
from desktop_crm.persistence.tables.contracts import ContractRow, OrderLineRow, OrderRow
from desktop_crm.persistence.tables.customers import TicketRow
from desktop_crm.persistence.tables.identity import DuplicateSetRow, EmploymentRow, MergeRow
from desktop_crm.persistence.tables.marketing import LeadRow
from desktop_crm.persistence.tables.people import TeamRow, UserRow
from desktop_crm.persistence.tables.pipeline import OpportunityRow, PipelineRow, StageRow
from desktop_crm.persistence.tables.proposals import (
    ContentBlockRow,
    ProposalBlockRow,
    ProposalRow,
    ProposalVersionRow,
)
from desktop_crm.persistence.tables.quotes import (
    DocumentTemplateRow,
    QuoteLineRow,
    QuoteRow,
    QuoteSectionRow,
    QuoteVersionRow,
)
from desktop_crm.persistence.tables.rows import ROWS, Base, SyncedRow
from desktop_crm.persistence.tables.settings import ExchangeRateRow, WorkspaceSettingRow
from desktop_crm.persistence.tables.shared_work import CommentRow, DealMemberRow, FollowerRow
from desktop_crm.persistence.tables.stakeholders import MapEdgeRow, MapNodeRow, StakeholderMapRow

__all__ = [
    "ROWS",
    "AccountMemberRow",
    "AccountPlanRow",
    "AccountRow",
    "ActivityRow",
    "ApprovalDecisionRow",
    "ApprovalDelegateRow",
    "ApprovalEnvelopeRow",
    "ApprovalKeyRow",
    "ApprovalRequestRow",
    "ApprovalRuleRow",
    "ApprovalStepRow",
    "AttachmentRow",
    "Base",
    "BundleItemRow",
    "CertificationKeyRow",
    "CommentRow",
    "CompetitorRow",
    "ConflictRow",
    "ContactRow",
    "ContentBlockRow",
    "ContractRow",
    "DealMemberRow",
    "DocumentTemplateRow",
    "DuplicateSetRow",
    "EmploymentRow",
    "ExchangeRateRow",
    "FollowerRow",
    "HierarchyLinkRow",
    "ImportedFileRow",
    "LeadRow",
    "MapEdgeRow",
    "MapNodeRow",
    "MergeRow",
    "OpenReferenceRow",
    "OpportunityRow",
    "OrderLineRow",
    "OrderRow",
    "OwnFieldRow",
    "PipelineRow",
    "PlanItemRow",
    "PriceBookEntryRow",
    "PriceBookRow",
    "ProductRow",
    "ProposalBlockRow",
    "ProposalRow",
    "ProposalVersionRow",
    "QuoteLineRow",
    "QuoteRow",
    "QuoteSectionRow",
    "QuoteVersionRow",
    "StageRow",
    "StakeholderMapRow",
    "SyncedRow",
    "TaskRow",
    "TeamRow",
    "TicketRow",
    "UserRow",
    "WhiteSpaceCellRow",
    "WorkspaceSettingRow",
    "local",
]
