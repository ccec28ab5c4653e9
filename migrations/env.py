"""How Alembic runs our migrations: on the connection it is handed, in its transaction."""

from importlib import import_module
from pkgutil import walk_packages

from alembic import context

import itsm
from itsm.platform.database import Model

for module in walk_packages(itsm.__path__, "itsm."):
    if module.name.endswith(".models") or module.name.startswith("itsm.platform."):
        import_module(module.name)


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
