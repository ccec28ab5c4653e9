"""Pages of how I am reached: my contacts and rules, and the messages that were kept."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from itsm.kernel.access import Permission
from itsm.kernel.errors import Invalid, Refused
from itsm.kernel.work import Work
from itsm.notify import queries, service
from itsm.notify.channels import CHANNELS
from itsm.web.door import current_work
from itsm.web.needs import needs

pages = Blueprint("contacts", __name__, template_folder="templates", url_prefix="/oncall")


@pages.get("/me")
@needs(Permission.CONTACT_EDIT)
def mine() -> ResponseReturnValue:
    """Show how I am reached."""
    return _mine(current_work(), request.args.get("channel", "email"))


@pages.post("/me/contacts")
@needs(Permission.CONTACT_EDIT)
def add() -> ResponseReturnValue:
    """Add a way to reach me."""
    work = current_work()
    channel = request.form.get("channel", "")
    names = CHANNELS[channel].config.model_fields if channel in CHANNELS else ()
    settings = {name: request.form.get(name, "") for name in names}
    label = request.form.get("label", "")
    try:
        service.add_contact(work, _me(work), channel, label, settings)
    except Invalid as error:
        return _mine(work, channel, error.fields), 422
    return redirect(url_for(".mine"), code=303)


@pages.post("/me/contacts/<int:contact_id>/test")
@needs(Permission.CONTACT_EDIT)
def test(contact_id: int) -> ResponseReturnValue:
    """Send a test message."""
    work = current_work()
    service.ask_for_test(work, queries.contact(work, contact_id))
    flash("A test message is on its way. What came of it is shown beside the contact.", "info")
    return redirect(url_for(".mine"), code=303)


@pages.post("/me/test")
@needs(Permission.CONTACT_EDIT)
def test_all() -> ResponseReturnValue:
    """Send a test message by each of my contacts."""
    work = current_work()
    for contact in queries.contacts_of(work, _me(work)):
        service.ask_for_test(work, contact)
    flash("Test messages are on their way. What came of each is shown beside it.", "info")
    return redirect(url_for(".mine"), code=303)


@pages.post("/me/contacts/<int:contact_id>/remove")
@needs(Permission.CONTACT_EDIT)
def remove(contact_id: int) -> ResponseReturnValue:
    """Forget a contact."""
    work = current_work()
    service.remove_contact(work, queries.contact(work, contact_id))
    return redirect(url_for(".mine"), code=303)


@pages.post("/me/contacts/<int:contact_id>/rules")
@needs(Permission.CONTACT_EDIT)
def add_rule(contact_id: int) -> ResponseReturnValue:
    """Use a contact so many minutes after a page began."""
    work = current_work()
    contact = queries.contact(work, contact_id)
    delay_min = request.form.get("delay_min", -1, type=int)
    try:
        service.add_rule(work, contact, delay_min, important=bool(request.form.get("important")))
    except (Invalid, Refused) as error:
        flash(str(error), "warning")
    return redirect(url_for(".mine"), code=303)


@pages.post("/me/rules/<int:rule_id>/remove")
@needs(Permission.CONTACT_EDIT)
def remove_rule(rule_id: int) -> ResponseReturnValue:
    """No longer use a contact at that time."""
    work = current_work()
    service.remove_rule(work, *queries.rule(work, rule_id))
    return redirect(url_for(".mine"), code=303)


@pages.post("/me/quiet")
@needs(Permission.CONTACT_EDIT)
def quiet() -> ResponseReturnValue:
    """Hold back from me what is not important at certain hours."""
    work, form = current_work(), request.form
    try:
        service.set_quiet_hours(work, _me(work), form.get("starts", ""), form.get("ends", ""))
    except Invalid as error:
        return _mine(work, "email", error.fields), 422
    return redirect(url_for(".mine"), code=303)


@pages.get("/outbox")
@needs(Permission.PAGE_READ)
def outbox() -> ResponseReturnValue:
    """Show the messages that were kept instead of sent, newest first."""
    work = current_work()
    found = queries.kept(work, cursor=request.args.get("cursor"))
    messages = [(one, work.vault.open(one.link)) for one in found.items]
    return render_template("oncall/outbox.html", messages=messages, next=found.next)


def _me(work: Work) -> int:
    if work.actor.id is None:
        raise Refused("only a person has contacts")
    return work.actor.id


def _choices(about: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one, one) for one in about.get("enum", ())]


def _mine(work: Work, channel: str, errors: dict[str, str] | None = None) -> str:
    chosen = CHANNELS.get(channel, CHANNELS["email"])
    schema = chosen.config.model_json_schema()
    fields: dict[str, dict[str, Any]] = schema.get("properties", {})
    contacts = queries.contacts_of(work, _me(work))
    kinds = {rule.important for contact in contacts for rule in contact.rules}
    return render_template(
        "oncall/contacts.html",
        contacts=contacts,
        has_rules={kind: kind in kinds for kind in (False, True)},
        quiet=queries.quiet_hours(work, _me(work)),
        zone=work.actor.zone,
        channels=CHANNELS,
        chosen=chosen,
        fields=fields,
        options={
            name: [(one, one) for one in about.get("enum", ())] for name, about in fields.items()
        },
        required=schema.get("required", []),
        errors=errors or {},
        values=request.form,
    )
