"""The fields of a `multipart/form-data` body."""

from email import message_from_bytes
from email.policy import HTTP

from itsm.monitoring.body import Message, decoded

TYPE = "multipart/form-data"
MAX_FIELDS = 500


def fields(message: Message) -> dict[str, str]:
    """Return the fields by name; what is no field, or no text, is left out. Raises Unreadable."""
    head = f"Content-Type: {message.headers['content-type']}\r\n\r\n".encode()
    whole = message_from_bytes(head + message.body, policy=HTTP)
    found: dict[str, str] = {}
    for part in whole.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes) and len(found) < MAX_FIELDS:
            found[name] = decoded(content, str(part.get("content-type", "")))
    return found
