"""The first run: the first administrator is made with a token that only the operator can read."""

import hmac

from itsm.kernel.access import SYSTEM
from itsm.kernel.errors import Invalid, NotFound
from itsm.kernel.work import Vault, Work
from itsm.people import queries, service
from itsm.people.inputs import NewPerson, Setup
from itsm.platform import instance


def token(vault: Vault) -> str:
    """Return the set-up token of this instance, which is printed in the terminal at start."""
    return vault.sign("first-run", "setup").rpartition(".")[2]


def set_up(work: Work, wanted: Setup) -> service.Login:
    """Make the first administrator and log them in.

    Raises NotFound once there is a person, Invalid for a wrong token or a short password.
    """
    if not queries.nobody_yet(work):
        raise NotFound("the instance is set up")
    if not hmac.compare_digest(wanted.token.encode(), token(work.vault).encode()):
        raise Invalid("the set-up token is another", {"token": "see the terminal of the start"})
    visitor, work.actor = work.actor, SYSTEM
    person = service.create(
        work, NewPerson(**wanted.model_dump(include=set(NewPerson.model_fields)))
    )
    service.set_password(work, person, wanted.password)
    service.grant_role(work, person, "admin", desk_id=0)
    instance.put(work, instance.ZONE, wanted.zone)
    work.actor = visitor
    return service.log_in(work, wanted.username, wanted.password)
