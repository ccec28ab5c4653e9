"""Pages of escalation policies: the list and the editor."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from itsm.kernel.access import Permission
from itsm.kernel.errors import Invalid
from itsm.kernel.work import Work
from itsm.oncall import forms, planning, queries
from itsm.oncall.forms import Draft
from itsm.oncall.inputs import PolicyInput
from itsm.oncall.models import Policy
from itsm.web.door import current_work
from itsm.web.needs import needs

pages = Blueprint("policies", __name__, template_folder="templates", url_prefix="/oncall/policies")


@pages.get("/")
@needs(Permission.ONCALL_READ)
def listed() -> ResponseReturnValue:
    """List the policies with their steps."""
    work = current_work()
    return render_template(
        "oncall/policies.html",
        policies=queries.policies(work),
        team_names={team.id: team.name for team in queries.teams(work)},
    )


@pages.get("/new")
@needs(Permission.ONCALL_EDIT)
def new() -> ResponseReturnValue:
    """Show the form of a new policy."""
    draft = {
        "name": "",
        "repeat": 2,
        "ack_timeout_min": 30,
        "fallback_id": "",
        "team_id": None,
        "steps": [forms.new_step()],
    }
    return _editor(current_work(), draft)


@pages.get("/<int:policy_id>/edit")
@needs(Permission.ONCALL_EDIT)
def edit(policy_id: int) -> ResponseReturnValue:
    """Show the form of a policy."""
    work = current_work()
    policy, version = queries.policy(work, policy_id)
    return _editor(work, forms.of_policy(version), policy)


@pages.post("/new")
@needs(Permission.ONCALL_EDIT)
def create() -> ResponseReturnValue:
    """Add a policy."""
    return _take(current_work(), None)


@pages.post("/<int:policy_id>/edit")
@needs(Permission.ONCALL_EDIT)
def save(policy_id: int) -> ResponseReturnValue:
    """Change a policy, from the next loop of what is under way on."""
    work = current_work()
    policy = queries.policy(work, policy_id)[0]
    forms.check_unchanged(request.form, policy.current)
    return _take(work, policy)


@pages.post("/<int:policy_id>/standard")
@needs(Permission.ONCALL_EDIT)
def make_standard(policy_id: int) -> ResponseReturnValue:
    """Use a policy for everything that names none."""
    work = current_work()
    planning.make_standard(work, queries.policy(work, policy_id)[0])
    return redirect(url_for(".listed"), code=303)


def _take(work: Work, policy: Policy | None) -> ResponseReturnValue:
    draft = forms.policy_draft(request.form)
    do = request.form.get("do", "save")
    if do == "add-step":
        draft["steps"].append(forms.new_step())
    if do != "save":
        return _editor(work, draft, policy)
    try:
        wanted = forms.policy_input(draft)
        _save(work, policy, wanted)
    except ValidationError as error:
        return _editor(work, draft, policy, forms.by_place(error)), 422
    except Invalid as error:
        return _editor(work, draft, policy, error.fields), 422
    flash(f"{wanted.name} is saved", "success")
    return redirect(url_for(".listed"), code=303)


def _save(work: Work, policy: Policy | None, wanted: PolicyInput) -> None:
    if policy is None:
        planning.create_policy(work, wanted)
    else:
        planning.edit_policy(work, policy, wanted)


def _editor(
    work: Work, draft: Draft, policy: Policy | None = None, errors: dict[str, str] | None = None
) -> str:
    return render_template(
        "oncall/policy_form.html",
        draft=draft,
        policy=policy,
        errors=errors or {},
        people_options=[(one.id, one.name) for one in queries.active_people(work)],
        schedules=queries.schedules(work),
        teams=[(team.id, team.name) for team in queries.teams(work)],
    )
