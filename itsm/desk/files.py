"""Files of tickets over HTTP: where they are kept, and how they are answered without harm."""

from urllib.parse import quote

from flask import Response, send_file

from itsm.desk.models import Attachment
from itsm.platform.storage import FILES, IMAGES, Folder
from itsm.web.door import house

# Whatever the content is, it runs nothing and reaches nothing.
SANDBOX = "sandbox; default-src 'none'"


def folder() -> Folder:
    """Return the folder that holds the contents of this instance."""
    return Folder(house().settings.home / FILES)


def download(file: Attachment, *, inline: bool = False) -> Response:
    """Answer with a file's content, as a download; `inline` shows it if it is a plain image."""
    shown = inline and file.media_type in IMAGES
    answer = send_file(
        folder().path(file.sha256).resolve(),
        mimetype=file.media_type if shown else "application/octet-stream",
        etag=file.sha256,
        conditional=True,
    )
    kind = "inline" if shown else "attachment"
    answer.headers["Content-Disposition"] = f"{kind}; {_named(file.name)}"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = SANDBOX
    answer.headers["Cache-Control"] = "private, max-age=0, must-revalidate"
    return answer


def _named(name: str) -> str:
    """Return the file's name as a header says it (RFC 6266, RFC 8187)."""
    plain = "".join(char if char.isascii() and char not in '"\\%' else "_" for char in name)
    return f"filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
