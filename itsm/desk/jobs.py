"""What the worker does for tickets of any kind."""

import re

from itsm.desk import queries
from itsm.desk.events import FileAttached
from itsm.desk.models import Attachment
from itsm.kernel.errors import NotFound
from itsm.kernel.events import Subject
from itsm.kernel.work import Work
from itsm.platform import outbox, plaintext, search
from itsm.platform.house import Effect
from itsm.platform.outbox import Lane, Payload
from itsm.platform.storage import Folder

READ_FILE = "desk.read_file"


def attached(work: Work, event: FileAttached) -> None:
    """Have the worker read a new file. The job tells its id alone: its name may be a secret."""
    outbox.put(work, READ_FILE, {"attachment_id": event.attachment_id}, lane=Lane.BULK)


def reading(files: Folder) -> Effect[str, str]:
    """Return the job `desk.read_file`: make an attachment findable by its text and its name.

    Payload: `attachment_id`. A file that cannot be read is findable by its name alone.
    """

    def prepare(work: Work, payload: Payload) -> str | None:
        found = work.session.get(Attachment, int(str(payload["attachment_id"])))
        return found.sha256 if found else None

    def perform(sha256: str) -> str:
        try:
            return plaintext.text_of(files.path(sha256))
        except NotFound:
            return ""

    return Effect(prepare, perform, _record)


def _record(work: Work, payload: Payload, text: str) -> None:
    found = work.session.get(Attachment, int(str(payload["attachment_id"])))
    if found is not None:
        # Word by word: PostgreSQL would take "manual.txt" for the name of a host.
        name = " ".join(re.findall(r"\w+", found.name))
        search.put(work, Subject(queries.FILE, found.id), name, text)
