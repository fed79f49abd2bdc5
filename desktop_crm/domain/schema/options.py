"""The closed lists of values, in the glossary's words. Labels are in `i18n.labels`."""

from __future__ import annotations

from enum import StrEnum


class AccountKind(StrEnum):
    GROUP = "group"
    COMPANY = "company"
    BRANCH = "branch"
    SITE = "site"
    BUYING_CENTER = "buying_center"


class Hierarchy(StrEnum):
    """The hierarchies beside the home tree, which is made of the accounts' own parents."""

    OWNERSHIP = "ownership"
    BUYING = "buying"
    TERRITORY = "territory"


class AccountTier(StrEnum):
    KEY = "key"
    MANAGED = "managed"
    NEW = "new"


class RelationshipStage(StrEnum):
    EXPLORATORY = "exploratory"
    BASIC = "basic"
    COLLABORATIVE = "collaborative"
    INTERCONNECTED = "interconnected"


class UserRole(StrEnum):
    MEMBER = "member"
    MANAGER = "manager"
    MARKETING = "marketing"
    ADMINISTRATOR = "administrator"


class StageKind(StrEnum):
    OPEN = "open"
    WON = "won"
    LOST = "lost"


class ForecastCategory(StrEnum):
    OMITTED = "omitted"
    PIPELINE = "pipeline"
    BEST_CASE = "best_case"
    MOST_LIKELY = "most_likely"
    COMMIT = "commit"
    CLOSED = "closed"


class MapLayout(StrEnum):
    ORG_CHART = "org_chart"
    INFLUENCE_SUPPORT = "influence_support"
    SENIORITY_DEPARTMENT = "seniority_department"
    FREE = "free"


class NodeKind(StrEnum):
    PERSON = "person"
    PLACEHOLDER = "placeholder"
    GROUP = "group"
    DEPARTED = "departed"


class BuyingRole(StrEnum):
    ECONOMIC_BUYER = "economic_buyer"
    DECISION_MAKER = "decision_maker"
    APPROVER = "approver"
    TECHNICAL_EVALUATOR = "technical_evaluator"
    USER_BUYER = "user_buyer"
    CHAMPION = "champion"
    COACH = "coach"
    INFLUENCER = "influencer"
    GATEKEEPER = "gatekeeper"
    BLOCKER = "blocker"


class Support(StrEnum):
    MENTOR = "mentor"
    SUPPORTER = "supporter"
    NEUTRAL = "neutral"
    NON_SUPPORTER = "non_supporter"
    ENEMY = "enemy"


class Coverage(StrEnum):
    UNKNOWN = "unknown"
    NONE = "none"
    BRIEF = "brief"
    MULTIPLE = "multiple"
    IN_DEPTH = "in_depth"


class PoliticalStatus(StrEnum):
    INNER_CIRCLE = "inner_circle"
    POLITICAL_STRUCTURE = "political_structure"
    OUTSIDE = "outside"


class DecisionOrientation(StrEnum):
    FINANCIAL = "financial"
    TECHNICAL = "technical"
    BUSINESS = "business"
    PERSONAL = "personal"


class Adaptability(StrEnum):
    INNOVATOR = "innovator"
    VISIONARY = "visionary"
    PRAGMATIST = "pragmatist"
    CONSERVATIVE = "conservative"
    LAGGARD = "laggard"


class ResponseMode(StrEnum):
    GROWTH = "growth"
    TROUBLE = "trouble"
    EVEN_KEEL = "even_keel"
    OVERCONFIDENT = "overconfident"


class EvidenceTopic(StrEnum):
    """What a piece of evidence is about: a value of a person, or a letter of MEDDPICC."""

    BUYING_ROLE = "buying_role"
    INFLUENCE = "influence"
    SUPPORT = "support"
    COVERAGE = "coverage"
    POLITICAL_STATUS = "political_status"
    DECISION_ORIENTATION = "decision_orientation"
    ADAPTABILITY = "adaptability"
    RESPONSE_MODE = "response_mode"
    METRICS = "metrics"
    ECONOMIC_BUYER = "economic_buyer"
    DECISION_CRITERIA = "decision_criteria"
    DECISION_PROCESS = "decision_process"
    PAPER_PROCESS = "paper_process"
    IDENTIFIED_PAIN = "identified_pain"
    CHAMPION = "champion"
    COMPETITION = "competition"


class EdgeKind(StrEnum):
    INFORMAL_REPORTS_TO = "informal_reports_to"
    ASSISTANT_OF = "assistant_of"
    INFLUENCES = "influences"
    CONFLICTS_WITH = "conflicts_with"
    KNOWS = "knows"


class QuoteStatus(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    ISSUED = "issued"
    SENT = "sent"
    VIEWED = "viewed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    EXPIRED = "expired"


class RoundingPolicy(StrEnum):
    HALF_UP = "half_up"
    HALF_EVEN = "half_even"
    UP = "up"
    DOWN = "down"


class RoundingLevel(StrEnum):
    """Where amounts become whole units: lines and the tax of each, lines and the tax of each rate, or the sums alone."""

    LINE = "line"
    TAX = "tax"
    DOCUMENT = "document"


class TaxClass(StrEnum):
    """How a product is taxed: at the usual rate, at zero, or not at all."""

    STANDARD = "standard"
    ZERO_RATED = "zero_rated"
    EXEMPT = "exempt"


class LifeCycle(StrEnum):
    """Where a product stands: not sold yet, sold, sold off, not sold any more."""

    PLANNED = "planned"
    AVAILABLE = "available"
    PHASING_OUT = "phasing_out"
    WITHDRAWN = "withdrawn"


class Billing(StrEnum):
    """How often a price is due."""

    ONCE = "once"
    MONTHLY = "monthly"
    YEARLY = "yearly"


class TierMode(StrEnum):
    """Whether the whole quantity has the price of its tier, or each part the price of its own."""

    VOLUME = "volume"
    GRADUATED = "graduated"


class BundlePrice(StrEnum):
    """Whether a bundle costs what its parts cost, or a price of its own."""

    SUM = "sum"
    FIXED = "fixed"


class PriceBookKind(StrEnum):
    """Prices for all who use the book, or prices agreed with one account."""

    STANDARD = "standard"
    CONTRACT = "contract"


class BundleRole(StrEnum):
    """Whether a part always comes with its bundle, is chosen at first, or may be chosen."""

    REQUIRED = "required"
    CHOSEN = "chosen"
    OPTIONAL = "optional"


class ActivityKind(StrEnum):
    VISIT = "visit"
    CALL = "call"
    MAIL = "mail"
    MEETING = "meeting"
    NOTE = "note"


class Priority(StrEnum):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


class Side(StrEnum):
    """Whose promise a task is."""

    OURS = "ours"
    THEIRS = "theirs"


class ContractStatus(StrEnum):
    DRAFT = "draft"
    ACTIVE = "active"
    ENDED = "ended"


class OrderStatus(StrEnum):
    RECEIVED = "received"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


class LeadStatus(StrEnum):
    NEW = "new"
    WORKING = "working"
    MARKETING_QUALIFIED = "marketing_qualified"
    SALES_QUALIFIED = "sales_qualified"
    DISQUALIFIED = "disqualified"


class TicketStatus(StrEnum):
    OPEN = "open"
    WAITING = "waiting"
    SOLVED = "solved"


class ReferenceState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    DROPPED = "dropped"


class ConflictState(StrEnum):
    OPEN = "open"
    KEPT = "kept"
    TAKEN_BACK = "taken_back"


class MemberRole(StrEnum):
    """What one of ours does on an account's team."""

    ACCOUNT_MANAGER = "account_manager"
    DEPUTY = "deputy"
    SPONSOR = "sponsor"
    PRESALES = "presales"
    DELIVERY = "delivery"
    SERVICE = "service"
    FINANCE = "finance"


class DealRole(StrEnum):
    """What one of ours does on a deal."""

    SALES = "sales"
    SUPPORT = "support"
    LEGAL = "legal"
    FINANCE = "finance"


class PlanItemKind(StrEnum):
    GOAL = "goal"
    STRENGTH = "strength"
    WEAKNESS = "weakness"
    CHANCE = "chance"
    THREAT = "threat"
    OBJECTIVE = "objective"
    ACTION = "action"
    COMPETITOR = "competitor"


class ProductUsage(StrEnum):
    """How a product stands with a unit that can buy."""

    INSTALLED = "installed"
    PROPOSED = "proposed"
    OPEN = "open"
    COMPETITOR = "competitor"
    NOT_APPLICABLE = "not_applicable"


class DuplicateState(StrEnum):
    OPEN = "open"
    DISMISSED = "dismissed"
    MERGED = "merged"


class MergeState(StrEnum):
    MERGED = "merged"
    UNDONE = "undone"


class EmploymentRelation(StrEnum):
    EMPLOYEE = "employee"
    OFFICER = "officer"
    ADVISER = "adviser"
    PARTNER = "partner"
    CONTRACTOR = "contractor"


class ContentKind(StrEnum):
    """What a piece of the content library is."""

    TEXT = "text"
    CLAUSE = "clause"
    CASE_STUDY = "case_study"
    PRODUCT_SHEET = "product_sheet"
    REFERENCE = "reference"
    PERSON = "person"
    MAIL = "mail"


class SpokenLanguage(StrEnum):
    KO = "ko"
    EN = "en"


class BlockKind(StrEnum):
    """What stands in a block of a proposal."""

    TEXT = "text"
    CONTENT = "content"
    SUMMARY = "summary"
    GOALS = "goals"
    QUESTIONS = "questions"
    PRICE = "price"
    SCHEDULE = "schedule"
    TEAM = "team"


class ProposalState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    ISSUED = "issued"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
