"""counters' order of services, officers' skills, visits of several steps, tickets kept for a counter or an officer"""

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
