"""Questions that nobody could answer."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade():

    op.create_table(
        "empty_question",
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("place", sa.String(length=60), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("words", "place", "day", name=op.f("pk_empty_question")),
    )
    with op.batch_alter_table("empty_question", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_empty_question_day"), ["day"], unique=False)


def downgrade():

    with op.batch_alter_table("empty_question", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_empty_question_day"))

    op.drop_table("empty_question")
