"""What happens to templates. Drafts and presence are nobody else's business: no event."""

from dataclasses import dataclass
from typing import ClassVar

from itsm.kernel.events import Event
from itsm.tickets.composer.models import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateEvent(Event):
    """Something happened to a template."""

    about: ClassVar[str] = "template"

    template_id: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateSaved(TemplateEvent):
    """A template was made or changed."""

    name: ClassVar[str] = "template.saved"

    scope: Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateRemoved(TemplateEvent):
    """A template was taken away."""

    name: ClassVar[str] = "template.removed"
