"""The reply code of a page is looked up among those of its person."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_page_code", "page", ["person_id", "code"])


def downgrade() -> None:
    op.drop_index("ix_page_code", "page")
