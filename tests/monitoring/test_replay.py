"""Reading kept messages again: what was missed is taken in, and nothing twice."""

import json

import pytest
from sqlalchemy import select

from itsm.kernel.errors import Refused
from itsm.kernel.work import Work
from itsm.monitoring import intake, integrations, queries, service
from itsm.monitoring.inputs import EditIntegration
from itsm.monitoring.intake import Posted, Receipt
from itsm.monitoring.mapping import Mapping
from itsm.monitoring.models import Alert, Integration
from itsm.monitoring.signal import Action
from itsm.monitoring.states import State
from itsm.platform.intake import IntakeState
from tests.monitoring.conftest import signal

FIRE = {"key": "a", "title": "Disk full"}
ODD = {"key": "b", "title": "Mail is stuck", "status": "kaputt"}


def take(work: Work, integration: Integration, said: object) -> Receipt:
    return intake.take(work, integration, Posted("generic", json.dumps(said).encode(), {}))


def mend(work: Work, integration: Integration) -> None:
    words = Mapping.model_validate({"status_words": {"kaputt": "fire"}})
    integrations.edit(work, integration, EditIntegration(mapping=words))


def test_a_mended_mapping_takes_in_what_was_rejected(work: Work, integration: Integration) -> None:
    kept = take(work, integration, ODD)
    mend(work, integration)

    receipt = intake.replay(work, queries.message(work, kept.intake_id))

    assert [result.outcome for result in receipt.results] == ["opened"]
    row = queries.message(work, kept.intake_id)
    work.session.refresh(row)
    assert (row.state, row.reason) == (IntakeState.DONE, "")


def test_what_was_applied_before_is_left_alone(work: Work, integration: Integration) -> None:
    kept = take(work, integration, [FIRE, ODD])
    service.receive(work, integration, [signal(Action.RESOLVE, "a")])
    mend(work, integration)

    receipt = intake.replay(work, queries.message(work, kept.intake_id))

    assert [result.source_key for result in receipt.results] == ["b"]
    work.session.expire_all()
    states = {alert.source_key: alert.state for alert in work.session.scalars(select(Alert))}
    assert states == {"a": State.RESOLVED, "b": State.OPEN}


def test_a_message_that_was_understood_is_not_applied_again(
    work: Work, integration: Integration
) -> None:
    kept = take(work, integration, FIRE)

    with pytest.raises(Refused):
        intake.replay(work, queries.message(work, kept.intake_id))
