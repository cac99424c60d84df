"""The glossary: the closed sets of words that the whole of threatwright speaks in."""

from __future__ import annotations

from enum import StrEnum


class ComponentKind(StrEnum):
    """What a component of an AI system is, across the whole ML lifecycle."""

    PERSON = "person"
    EXTERNAL_SYSTEM = "external-system"
    WEB_APP = "web-app"
    MOBILE_APP = "mobile-app"
    GATEWAY = "gateway"
    SERVICE = "service"
    JOB = "job"
    DATABASE = "database"
    OBJECT_STORE = "object-store"
    QUEUE = "queue"
    IDENTITY_PROVIDER = "identity-provider"
    SECRETS_STORE = "secrets-store"
    CI_CD = "ci-cd"
    CODE_REPOSITORY = "code-repository"
    NOTEBOOK = "notebook"
    COMPUTE_CLUSTER = "compute-cluster"
    MONITORING = "monitoring"
    EDGE_DEVICE = "edge-device"
    SENSOR = "sensor"
    DATA_SOURCE = "data-source"
    LABELLING = "labelling"
    DATASET = "dataset"
    FEATURE_STORE = "feature-store"
    TRAINING = "training"
    EVALUATION = "evaluation"
    MODEL_ARTIFACT = "model-artifact"
    MODEL_REGISTRY = "model-registry"
    MODEL_HUB = "model-hub"
    INFERENCE_ENDPOINT = "inference-endpoint"
    LLM = "llm"
    EMBEDDING_MODEL = "embedding-model"
    VECTOR_STORE = "vector-store"
    RETRIEVER = "retriever"
    PROMPT_TEMPLATE = "prompt-template"
    AGENT = "agent"
    TOOL = "tool"
    MEMORY = "memory"
    GUARDRAIL = "guardrail"


class TrustLevel(StrEnum):
    """How far a trust zone is believed, least first."""

    UNTRUSTED = "untrusted"
    """Anyone outside: the internet, public content, unknown people."""
    SEMI_TRUSTED = "semi-trusted"
    """Known but not ours: customers, tenants, partners, vendors."""
    TRUSTED = "trusted"
    """Ours: staff and the systems they run."""
    RESTRICTED = "restricted"
    """Ours and tightly held: production secrets, signing, key people."""

    @property
    def rank(self) -> int:
        """0 for the least trusted, 3 for the most."""
        return _RANKS[self]


_RANKS = {level: rank for rank, level in enumerate(TrustLevel)}


class Stride(StrEnum):
    """STRIDE as it reads for ML."""

    SPOOFING = "spoofing"
    TAMPERING = "tampering"
    REPUDIATION = "repudiation"
    INFORMATION_DISCLOSURE = "information-disclosure"
    DENIAL_OF_SERVICE = "denial-of-service"
    ELEVATION_OF_PRIVILEGE = "elevation-of-privilege"

    @property
    def letter(self) -> str:
        """The one letter of the acronym."""
        return self.value[0].upper()


class Stage(StrEnum):
    """Stages of the ML lifecycle."""

    PLANNING = "planning"
    DATA = "data"
    TRAINING = "training"
    EVALUATION = "evaluation"
    PACKAGING = "packaging"
    DEPLOYMENT = "deployment"
    OPERATION = "operation"
    MONITORING = "monitoring"


class Role(StrEnum):
    """Who would know an answer."""

    PRODUCT = "product"
    ML_ENGINEERING = "ml-engineering"
    DATA = "data"
    DEVOPS = "devops"
    SECURITY_OPERATIONS = "security-operations"
    LEGAL_PRIVACY = "legal-privacy"


class FactClass(StrEnum):
    """What a fact is for, and so what its being unknown means."""

    CAPABILITY = "capability"
    """What the system can do. Unmentioned: its threats are listed as not assessed."""
    EXPOSURE = "exposure"
    """Who or what can reach it. Derived or taken from an archetype before it is asked."""
    STRUCTURAL = "structural"
    """True of every such element; only its value is unknown."""
    CONTROL = "control"
    """What stands against threats. Moves residual risk only, never hides a threat."""
    STAKE = "stake"
    """What is lost when it goes wrong. Moves impact only."""


class Coverage(StrEnum):
    """How far a control is in place."""

    NONE = "none"
    PARTIAL = "partial"
    FULL = "full"
    UNKNOWN = "unknown"


class Effect(StrEnum):
    """What a control does about a threat."""

    PREVENTS = "prevents"
    HINDERS = "hinders"
    DETECTS = "detects"
    RECOVERS = "recovers"


class Dimension(StrEnum):
    """What can be harmed."""

    CONFIDENTIALITY = "confidentiality"
    INTEGRITY = "integrity"
    AVAILABILITY = "availability"
    SAFETY = "safety"
    """Safety of people and their rights."""
    MONEY = "money"
    """Money and law."""


class Sensitivity(StrEnum):
    """How bad it is for an asset to be seen by others."""

    PUBLIC = "public"
    INTERNAL = "internal"
    CONFIDENTIAL = "confidential"
    PERSONAL = "personal"
    SPECIAL = "special"
    """Health, biometrics, children, secrets, payment data."""


class Access(StrEnum):
    """What an attacker needs to have."""

    BLACK_BOX = "black-box"
    """Use of the system as any user has it."""
    GREY_BOX = "grey-box"
    """Some knowledge: architecture, a public base model, an account."""
    WHITE_BOX = "white-box"
    """The weights, the code or the training data."""
    PHYSICAL = "physical"
    SUPPLY_CHAIN = "supply-chain"
    """A place in what we take from others."""
    INSIDER = "insider"
    """An account or post on the inside."""


class Effort(StrEnum):
    """Skill and work that the attack takes."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Level(StrEnum):
    """Risk in words."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Outcome(StrEnum):
    """The four verdicts on a pattern and an element."""

    APPLIES = "applies"
    ASSUMED = "applies-assuming"
    NOT_ASSESSED = "not-assessed"
    NOT_APPLICABLE = "not-applicable"


class Origin(StrEnum):
    """Where a threat came from."""

    PATTERN = "pattern"
    LLM = "llm"
    PERSON = "person"
    IMPORT = "import"


class Status(StrEnum):
    """What a reviewer decided about a threat."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    TRANSFERRED = "transferred"


class MitigationStatus(StrEnum):
    """How far a mitigation has come."""

    PROPOSED = "proposed"
    PLANNED = "planned"
    PARTIAL = "partial"
    IN_PLACE = "in-place"
    NOT_DOING = "not-doing"


class Movement(StrEnum):
    """Which way content moves along a flow, seen from its source (who starts it)."""

    SEND = "send"
    """Source to target only: uploads, writes, releases."""
    READ = "read"
    """Target to source only: queries of a store, pulls."""
    CALL = "call"
    """Both: a request and its answer."""


class Depth(StrEnum):
    """How far an interview goes."""

    QUICK = "quick"
    STANDARD = "standard"
    THOROUGH = "thorough"

    @property
    def deeper(self) -> Depth:
        """The next one; after the deepest the first again."""
        depths = list(Depth)
        return depths[(depths.index(self) + 1) % len(depths)]
