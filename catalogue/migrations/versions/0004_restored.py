"""Put back from a backup: the generation from which everything is to be read anew."""

import sqlalchemy as sa
from alembic import op

revision = "0004_restored"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column(
        "catalogue_state", sa.Column("restored_generation", sa.Integer(), nullable=False, server_default="0")
    )


def downgrade():
    op.drop_column("catalogue_state", "restored_generation")
