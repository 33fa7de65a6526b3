"""What this package brings: the directory, suggestions, rosters, paging, returns and rulings."""

from __future__ import annotations

from datetime import timedelta

from hotline.base.hooks import Hooks
from hotline.base.http.slots import SlotContent
from hotline.base.jobs.timers import CalendarJob, Sweep
from hotline.base.services import Section, departments_read
from hotline.composition import Plugin
from hotline.pages import slots
from routing import views
from routing.alerts import acknowledgements, answers, paging, surprise_pages, unanswered
from routing.alerts import messages as alert_messages
from routing.commands import COMMANDS
from routing.directory import views as directory_views
from routing.knowledge import cited, desk, reading
from routing.knowledge import tasks as sheet_tasks
from routing.knowledge import views as sheet_views
from routing.likeness import duplicates, topics
from routing.likeness import views as topic_views
from routing.outages import announcements, outages
from routing.places import views as place_views
from routing.returns import dispute_views, returns, rulings, transfers
from routing.rosters import import_views, recurring, shifts
from routing.rosters import views as roster_views
from routing.suggestions import hints, proposals, suggested, training
from routing.suggestions.suggestion import kept_with_dispatch

PLUGIN = Plugin(
    package="routing",
    routes=(
        *views.ROUTES,
        *rulings.ROUTES,
        *roster_views.ROUTES,
        *import_views.ROUTES,
        *dispute_views.ROUTES,
        *directory_views.ROUTES,
        *suggested.ROUTES,
        *proposals.ROUTES,
        *unanswered.ROUTES,
        *hints.ROUTES,
        *topic_views.ROUTES,
        *place_views.ROUTES,
        *outages.ROUTES,
        *reading.ROUTES,
        *desk.ROUTES,
        *sheet_views.ROUTES,
    ),
    moves=(
        *acknowledgements.MOVES,
        *returns.MOVES,
        *outages.MOVES,
    ),
    menu=(
        *rulings.MENU,
        *roster_views.MENU,
        *directory_views.MENU,
        *place_views.MENU,
        *topic_views.MENU,
        *outages.MENU,
        *sheet_views.MENU,
    ),
    slots=(rulings.RULING_TIME,),
    contents=(
        SlotContent(slots.OPERATOR_FIRST, "routing/clear.html"),
        SlotContent(slots.OPERATOR_DISPATCH, "routing/beside.html"),
        SlotContent(slots.OPERATOR_KNOWLEDGE, "knowledge/desk.html"),
        SlotContent(slots.COMING, "knowledge/coming.html", order=1),
        SlotContent(slots.CENTRE_LINKS, "rulings/link.html", order=2),
        SlotContent(slots.CENTRE_LINKS, "rosters/link.html", order=4),
        SlotContent(slots.CENTRE_FIGURES, "rulings/figure.html"),
        SlotContent(slots.CENTRE_WAITS, "paging/unanswered.html"),
        SlotContent(slots.TICKET_SUGGESTIONS, "routing/above.html"),
        SlotContent(slots.TICKET_SUGGESTIONS, "knowledge/ticket.html", order=1),
        SlotContent(slots.TICKET_NOTES, "returns/note.html"),
        SlotContent(slots.TICKET_ANSWERS, "returns/articles.html"),
        SlotContent(slots.TICKET_CUSTODY, "paging/people.html"),
        SlotContent(slots.CARD_SIGNING, "paging/card.html"),
        SlotContent(slots.DEPARTMENT_SIGNING, "paging/seen.html"),
        SlotContent(slots.DEPARTMENT_LAST, "returns/form.html"),
        SlotContent(slots.DEPARTMENT_HISTORY, "returns/panels.html"),
    ),
    sections=(
        Section("returns", returns.section, departments=returns.READ),
        Section("transfers", transfers.section, "rulings/transfers.html", departments=transfers.READ),
        Section("pages", alert_messages.section, "paging/pages.html", departments=alert_messages.READ),
        Section(
            "sheets", cited.section, "knowledge/cited.html", departments=departments_read("sheet", "version", "title")
        ),
        Section("outage", outages.section, "topics/attached.html", departments=outages.READ),
    ),
    jobs=(
        Sweep("paging", timedelta(seconds=1), paging.page_due),
        Sweep("surprise pages", timedelta(seconds=20), surprise_pages.page_due),
        CalendarJob("surprise plan", surprise_pages.FIRSTS, surprise_pages.plan),
        Sweep("hot topics", timedelta(seconds=10), topics.sweep_topics),
        Sweep("outages past their time", timedelta(seconds=30), announcements.remind),
        CalendarJob("routing model", training.NIGHTS, training.nightly),
        CalendarJob("topics cool", recurring.NIGHTS, topics.cool),
        CalendarJob("gap notice", shifts.THURSDAYS, shifts.tell_gaps),
        CalendarJob("notice sheets of the day", sheet_tasks.MORNINGS, sheet_tasks.daily_round),
        CalendarJob("recurring shifts", recurring.NIGHTS, recurring.extend_patterns),
    ),
    subscribers=(
        *paging.SUBSCRIBERS,
        *returns.SUBSCRIBERS,
        *duplicates.SUBSCRIBERS,
        *cited.SUBSCRIBERS,
    ),
    claimers=(
        surprise_pages.claim,
        answers.claim,
    ),
    guards={
        "page": alert_messages.still_wanted,
        "page_voice": alert_messages.still_wanted,
        surprise_pages.KIND: surprise_pages.still_wanted,
        surprise_pages.VOICE: surprise_pages.still_wanted,
    },
    receipts={"page_voice": acknowledgements.on_key, surprise_pages.VOICE: surprise_pages.on_key},
    hooks=Hooks(
        suggested=kept_with_dispatch,
        announced=announcements.announced,
        on_pressed=outages.attach_by_key,
        cited=cited.cited,
        on_duty=paging.on_duty_now,
    ),
    commands=COMMANDS,
    seeds=(duplicates.read_signs_of_before,),
)
