"""The rooms of the house as they are opened to the world: blueprints, sentences, the rail."""

from collections.abc import Mapping, Sequence

from flask import Blueprint

from itsm.admin import views as admin
from itsm.assets import import_pages
from itsm.assets import sentences as assets_sentences
from itsm.assets import views as assets
from itsm.console import views as console
from itsm.desk import sentences
from itsm.desk.sentences import Sentence
from itsm.desk.setup import pages as desks
from itsm.desk.story import pages as story
from itsm.flows import frame as counts
from itsm.flows import panels, stories, task_panels
from itsm.flows import sentences as flows_sentences
from itsm.flows import surveys as survey_flow
from itsm.incidents import sentences as incidents_sentences
from itsm.incidents.major import pages as majors
from itsm.incidents.major import review_pages as reviews
from itsm.incidents.major import sentences as majors_sentences
from itsm.incidents.major import status_pages
from itsm.incidents.service import INCIDENT
from itsm.kernel.access import Permission
from itsm.kernel.languages import marked as _
from itsm.monitoring import alert_pages, hooks, integration_pages, opsgenie
from itsm.monitoring import views as monitoring
from itsm.monitoring.correlation import pages as correlation
from itsm.monitoring.maintenance import pages as maintenance
from itsm.monitoring.snmp import mib_pages
from itsm.monitoring.snmp import rule_pages as trap_rules
from itsm.monitoring.snmp import source_pages as trap_sources
from itsm.monitoring.snmp import views as traps
from itsm.news import pages as news
from itsm.news import queries as news_counts
from itsm.news import sentences as news_sentences
from itsm.oncall import (
    calendar_pages,
    contact_pages,
    phone,
    policy_pages,
    provider_hooks,
    push_pages,
    report_pages,
    responder_pages,
    schedule_pages,
    shift_pages,
    temporary_pages,
)
from itsm.oncall import sentences as oncall_sentences
from itsm.oncall import views as oncall
from itsm.people import absence_pages, language_pages, login, team_pages
from itsm.people import pages as people
from itsm.portal import answer_pages as answers
from itsm.portal import views as portal
from itsm.requests import sentences as requests_sentences
from itsm.requests.approval import pages as approvals
from itsm.requests.approval import sentences as approval_sentences
from itsm.requests.service import REQUEST
from itsm.surveys import pages as surveys
from itsm.surveys import sentences as surveys_sentences
from itsm.tasks import my_pages as my_tasks
from itsm.tasks import pages as tasks
from itsm.tasks import sentences as tasks_sentences
from itsm.tasks.checklists import pages as checklists
from itsm.tickets import sentences as tickets_sentences
from itsm.tickets.composer import views as composer
from itsm.tickets.kinds import KindOf
from itsm.web import gallery, status
from itsm.web.frame import Frame, Place

BLUEPRINTS: Sequence[Blueprint] = (
    status.pages,
    login.pages,
    people.pages,
    absence_pages.pages,
    language_pages.pages,
    team_pages.pages,
    gallery.pages,
    hooks.hooks,
    opsgenie.opsgenie,
    monitoring.pages,
    alert_pages.pages,
    integration_pages.pages,
    maintenance.pages,
    correlation.pages,
    traps.pages,
    trap_sources.pages,
    trap_rules.pages,
    mib_pages.pages,
    console.pages,
    portal.pages,
    answers.pages,
    composer.pages,
    approvals.pages,
    majors.pages,
    reviews.pages,
    status_pages.pages,
    panels.templates,
    assets.pages,
    import_pages.pages,
    admin.pages,
    desks.pages,
    oncall.pages,
    schedule_pages.pages,
    temporary_pages.pages,
    shift_pages.pages,
    calendar_pages.pages,
    report_pages.pages,
    policy_pages.pages,
    contact_pages.pages,
    push_pages.pages,
    responder_pages.pages,
    provider_hooks.hooks,
    phone.phone,
    news.pages,
    tasks.pages,
    my_tasks.pages,
    checklists.pages,
    surveys.pages,
    story.pages,
)

# Each has the pages of tickets at its own place.
KINDS: Sequence[KindOf] = (INCIDENT, REQUEST)

# Cards beside an incident, in their order.
PANELS = (
    panels.alerts,
    panels.paging,
    panels.approvals,
    task_panels.tasks,
    survey_flow.card,
    stories.card,
)

SENTENCES: Sequence[Mapping[str, Sentence]] = (
    sentences.SENTENCES,
    tickets_sentences.SENTENCES,
    incidents_sentences.SENTENCES,
    requests_sentences.SENTENCES,
    approval_sentences.SENTENCES,
    majors_sentences.SENTENCES,
    assets_sentences.SENTENCES,
    oncall_sentences.SENTENCES,
    flows_sentences.SENTENCES,
    news_sentences.SENTENCES,
    tasks_sentences.SENTENCES,
    surveys_sentences.SENTENCES,
)

FRAME = Frame(
    groups=(
        (
            "",
            (
                Place(_("My work"), "/desk", "home", Permission.TICKET_TRANSITION, "w", phone=True),
                Place(
                    _("Incidents"),
                    "/incidents/",
                    "alert-triangle",
                    Permission.TICKET_READ,
                    "i",
                    phone=True,
                    count="incidents",
                ),
                Place(
                    _("Requests"),
                    "/requests/",
                    "inbox",
                    Permission.TICKET_READ,
                    "r",
                    count="requests",
                ),
                Place(_("My tasks"), "/tasks", "list-check", Permission.TICKET_NOTE, "k"),
                Place(_("Status"), "/status", "bell", Permission.SELF, "t"),
            ),
        ),
        (
            _("Infrastructure"),
            (
                Place(_("Assets"), "/assets/", "server", Permission.CI_READ, "c"),
                Place(
                    _("Alerts"),
                    "/monitoring/",
                    "activity",
                    Permission.ALERT_READ,
                    "a",
                    phone=True,
                    count="alerts",
                ),
                Place(_("On call"), "/oncall/", "phone", Permission.ONCALL_READ, "o", phone=True),
            ),
        ),
        (
            _("Organisation"),
            (
                Place(_("Satisfaction"), "/surveys/", "star", Permission.SURVEY_READ, "f"),
                Place(_("People"), "/people/", "users", Permission.PERSON_READ, "p"),
                Place(_("Administration"), "/admin/", "settings", Permission.CONFIG_READ, "s"),
            ),
        ),
    ),
    create=(
        Place(_("New incident"), "/incidents/new", "alert-triangle", Permission.TICKET_CREATE),
        Place(_("New request"), "/requests/new", "inbox", Permission.TICKET_CREATE),
        Place(_("New configuration item"), "/assets/new", "server", Permission.CI_EDIT),
    ),
    mine=(
        Place(_("What I reported"), "/portal", "home", Permission.TICKET_CREATE),
        Place(_("My approvals"), "/approvals", "user-check", Permission.SELF),
        Place(_("My notifications"), "/notifications/preferences", "bell", Permission.SELF),
        Place(_("How I am reached"), "/oncall/me", "bell", Permission.CONTACT_EDIT),
        Place(_("My absences"), "/people/me/absences", "calendar", Permission.SELF),
        Place(_("Checklists"), "/checklists/", "list-check", Permission.TICKET_NOTE),
        Place(_("Reply templates"), "/templates/", "message", Permission.TICKET_NOTE),
        Place(_("My API tokens"), "/people/me/tokens", "key", Permission.TOKEN_ISSUE),
    ),
    counts=counts.counts,
    badge=counts.on_call,
    unread=news_counts.unread,
)
