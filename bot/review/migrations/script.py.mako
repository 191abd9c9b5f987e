"""${message}"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """Upgrades from ${down_revision}."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Goes back to ${down_revision}."""
    ${downgrades if downgrades else "pass"}
