"""How Alembic runs our migrations: on the connection it is handed, in its transaction."""

from alembic import context

from itsm.platform.database import Model


def run() -> None:
    """Run the migrations on the connection that `itsm.platform.migrations` hands over."""
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=Model.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        transaction_per_migration=False,
    )
    context.run_migrations()


run()
