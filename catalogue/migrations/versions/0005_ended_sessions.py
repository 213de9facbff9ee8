"""Sessions that somebody ended: a copy of their cookie opens nothing any more."""

import sqlalchemy as sa
from alembic import op

revision = "0005_ended_sessions"
down_revision = "0004_restored"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "ended_session",
        sa.Column("mark_hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("mark_hash", name=op.f("pk_ended_session")),
    )
    with op.batch_alter_table("ended_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ended_session_at"), ["at"], unique=False)


def downgrade():
    op.drop_table("ended_session")
