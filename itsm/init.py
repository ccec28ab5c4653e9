"""Making an instance: the newest migration, then what every instance starts with."""

from itsm.desk import defaults
from itsm.flows import housekeeping
from itsm.kernel.access import SYSTEM
from itsm.kernel.work import Origin
from itsm.oncall import watch
from itsm.people import roles
from itsm.platform import migrations
from itsm.platform.database import db
from itsm.platform.house import House

INSTALLERS = (roles.install, defaults.install, housekeeping.install, watch.install)


def initialise(house: House) -> None:
    """Create or migrate the database. Safe to run twice, and at once from two hosts."""
    with house.app.app_context():
        migrations.upgrade(db.engine)
    with house.work(SYSTEM, Origin("init")) as work:
        for install in INSTALLERS:
            install(work)
