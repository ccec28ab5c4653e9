"""The pages of batches: choose what to change, see what that would do, do it, take it back."""

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from itsm.desk import queries as desk
from itsm.desk.models import Kind
from itsm.kernel.access import Permission
from itsm.kernel.errors import DomainError
from itsm.tickets import forms, here, kinds, merging, record
from itsm.tickets import queries as tickets
from itsm.tickets.bulk import queries, service
from itsm.tickets.bulk.inputs import AT_ONCE, MOST, NOBODY, Change
from itsm.tickets.bulk.models import Batch, Outcome
from itsm.tickets.filters import Filters
from itsm.tickets.properties import IMPACTS, URGENCIES
from itsm.web.door import current_work
from itsm.web.needs import needs

pages = Blueprint("bulk", __name__, template_folder="../templates", url_prefix="/bulk")
ONE_OF = {"duplicate": "duplicate_of", "merge": "merge_into"}


@pages.get("/")
@needs(Permission.TICKET_UPDATE)
def index() -> str:
    return render_template(
        "bulk/index.html", batches=queries.recent(current_work()), kind=here.kind()
    )


@pages.post("/choose")
@needs(Permission.TICKET_UPDATE)
def choose() -> ResponseReturnValue:
    numbers = _numbers()
    return _choose_page(numbers, {}, {}) if numbers else _nothing_marked()


@pages.post("/preview")
@needs(Permission.TICKET_UPDATE)
def preview() -> ResponseReturnValue:
    work, numbers = current_work(), _numbers()
    if not numbers:
        return _nothing_marked()
    try:
        change = _change(request.form)
        results = service.preview(work, numbers, change)
    except (ValidationError, DomainError) as error:
        return _choose_page(numbers, request.form, forms.wrong(error)), 422
    return render_template(
        "bulk/preview.html",
        numbers=numbers,
        results=results,
        titles=queries.titles(work, [one.number for one in results]),
        summary=service.in_words(change),
        fields={name: request.form[name] for name in Change.model_fields if name in request.form},
        at_once=AT_ONCE,
        back=_back(),
        kind=here.kind(),
    )


@pages.post("/duplicates")
@needs(Permission.TICKET_UPDATE)
def duplicates() -> ResponseReturnValue:
    """Show what it would do to have the marked wait for the first of them, or for a chosen one."""
    work, numbers = current_work(), service.distinct(_numbers())
    if not numbers:
        return _nothing_marked()
    standard = numbers[0] if len(numbers) > 1 else ""
    master = request.form.get("master", standard).strip().upper()
    how = request.form.get("how", "duplicate")
    others = [one for one in numbers if one != master]
    results = []
    if master and how in ONE_OF:
        results = service.preview(work, others, _change({ONE_OF[how]: master}))
    return render_template(
        "bulk/duplicates.html",
        numbers=numbers,
        others=others,
        master=master,
        how=how,
        field=ONE_OF.get(how, ""),
        results=results,
        titles=queries.titles(work, [*numbers, master]),
        back=_back(),
        kind=here.kind(),
    )


@pages.post("/apply")
@needs(Permission.TICKET_UPDATE)
def apply() -> ResponseReturnValue:
    work, numbers = current_work(), _numbers()
    if not numbers:
        return _nothing_marked()
    batch = service.begin(work, numbers, _change(request.form))
    counts = queries.counts(work, batch.id)
    if counts[Outcome.WAITING] or counts[Outcome.REFUSED]:
        return redirect(url_for(".show", batch_id=batch.id), code=303)
    offer_undo(here.kind().kind, batch, f"{counts[Outcome.CHANGED]} changed: {batch.summary}")
    return redirect(_back(), code=303)


@pages.get("/<int:batch_id>")
@needs(Permission.TICKET_UPDATE)
def show(batch_id: int) -> str:
    work = current_work()
    batch = queries.own(work, batch_id)
    items = queries.items(work, batch.id)
    return render_template(
        "bulk/batch.html",
        kind=here.kind(),
        batch=batch,
        items=items,
        counts=queries.counts(work, batch.id),
        titles=queries.titles(work, [one.number for one in items]),
    )


@pages.post("/<int:batch_id>/undo")
@needs(Permission.TICKET_READ)
def undo(batch_id: int) -> ResponseReturnValue:
    work = current_work()
    batch = queries.batch(work, batch_id)
    service.undo(work, batch)
    left = queries.items(work, batch.id, Outcome.SKIPPED)
    if left:
        flash(f"{left[0].number} stays as it is: {left[0].reason}", "warning")
    else:
        flash("Undone", "success")
    next_page = url_for(".show", batch_id=batch.id) if batch.total > 1 and left else _back()
    return redirect(next_page, code=303)


@pages.post("/<number>/split/<int:comment_id>")
@needs(Permission.TICKET_LINK)
def split(number: str, comment_id: int) -> ResponseReturnValue:
    work = current_work()
    ticket = tickets.get_to_change(work, number)
    comment = desk.comment(work, ticket, comment_id)
    made = merging.split(work, ticket, comment, request.form.get("title", ""))
    flash(f"{made.number} holds the message now; {ticket.number} keeps it too", "success")
    return redirect(kinds.address(made), code=303)


def offer_undo(kind: Kind, batch: Batch, said: str) -> None:
    """Say what was done on the next page, with a button that takes it back."""
    action = url_for(f"{kinds.called(kind).place}.bulk.undo", batch_id=batch.id)
    # Flask keeps whatever JSON can hold, though it is declared to take texts alone.
    flash({"text": said, "action": action}, "undo")  # type: ignore[arg-type]


def _numbers() -> list[str]:
    """Return what is marked: rows, or all that the filters of a list hold."""
    form = request.form
    if form.get("all"):
        asked = dict(parse_qsl(form.get("query", "").removeprefix("?")))
        return list(queries.numbers(current_work(), Filters.lenient(asked), here.kind().kind))
    return [*form.getlist("number"), *form.get("numbers", "").split()][:MOST]


def _change(form: Mapping[str, str]) -> Change:
    return Change.model_validate(forms.filled(form, Change))


def _back() -> str:
    wanted = request.form.get("next", "")
    local = wanted.startswith(f"/{here.kind().place}/") and "\\" not in wanted
    return wanted if local else url_for(f"{here.kind().place}.index")


def _nothing_marked() -> ResponseReturnValue:
    flash("Mark some in the list first", "warning")
    return redirect(_back(), code=303)


def _choose_page(
    numbers: Sequence[str], typed: Mapping[str, str], errors: Mapping[str, str]
) -> str:
    work = current_work()
    return render_template(
        "bulk/choose.html",
        numbers=numbers,
        typed=typed,
        errors=errors,
        teams=[*record.options(work, "team"), (NOBODY, "No team")],
        people=record.options(work, "assignee"),
        impacts=list(IMPACTS.items()),
        urgencies=list(URGENCIES.items()),
        states=[(one.value, one.value.replace("_", " ")) for one in here.kind().states],
        at_once=AT_ONCE,
        back=_back(),
        kind=here.kind(),
    )
