"""What the lowest package brings: the record's jobs, people, contacts, the moves of a ticket, telephony, API and pages."""

from __future__ import annotations

from datetime import timedelta

from hotline.api import files, openapi
from hotline.api import tickets as ticket_api
from hotline.base.events import sweep_retries
from hotline.base.hooks import Hooks
from hotline.base.jobs.timers import Sweep
from hotline.base.services import Section, departments_read
from hotline.calls import (
    call_views,
    operator_views,
    restriction_views,
    restrictions,
    rings,
    runner,
    signals,
    state_sweeps,
    waiting,
)
from hotline.composition import Plugin
from hotline.contacts import call_ends, owed_calls, promises
from hotline.contacts.drain import drain
from hotline.contacts.inbox import inbox as deliveries
from hotline.contacts.tracking import sweep_misses
from hotline.moves import (
    co_disputes,
    co_requests,
    corrections,
    department_work,
    dispatches,
    duty_desk,
    endings,
    follow_ups,
    hand_overs,
    live_news,
    promise_changes,
    redactions,
    relays,
    replies,
    report_backs,
)
from hotline.moves.duty_desk import sweep_desk
from hotline.outbox.dispatcher import send_all
from hotline.pages import (
    bulk_actions,
    call_bar,
    centre,
    contact_views,
    desk_form,
    enquiry_views,
    handbook,
    live,
    operator,
    presence,
    search,
    ticket_page,
)
from hotline.pages.department import inbox, outcomes, reply_templates
from hotline.pages.department import ticket_page as department_ticket
from hotline.pages.slots import SLOTS
from hotline.pages.track import views as track
from hotline.people import absences, admin, audit_views, passwords, phone_tests
from hotline.people import views as people
from hotline.people.commands import COMMANDS
from hotline.people.idempotency import sweep_forms, sweep_keys
from hotline.people.persons import opted_out_at_carrier
from hotline.people.presses import sweep_presses
from hotline.people.signing_in import sweep_devices
from hotline.record import journal, seals
from hotline.recordings import chunk_views, play_views, shown
from hotline.recordings import verify_command as recordings_command
from hotline.recordings.check import store_check, transcriber_check
from hotline.recordings.inspections import samples as inspection_samples
from hotline.recordings.inspections import views as inspections
from hotline.recordings.sealing import sweep_recordings
from hotline.recordings.transcripts.transcribing import sweep_transcripts
from hotline.retention import holds
from hotline.retention.erasure import erase, erase_drafts
from hotline.telephony import (
    conference_views,
    dialled_views,
    line_views,
    phone_line,
    phone_views,
    pictures,
    reconciliation,
    reconciliation_views,
    recording_fetch,
    relay_calls,
    simulator_views,
    token_views,
    unsaid_ends,
    voice,
    webhooks,
)
from hotline.telephony.simulator import line

PLUGIN = Plugin(
    package="hotline",
    hooks=Hooks(opted_out=opted_out_at_carrier),
    routes=(
        *webhooks.ROUTES,
        *voice.ROUTES,
        *dialled_views.ROUTES,
        *conference_views.ROUTES,
        *token_views.ROUTES,
        *reconciliation_views.ROUTES,
        *relay_calls.ROUTES,
        *line_views.ROUTES,
        *phone_views.ROUTES,
        *simulator_views.ROUTES,
        *people.ROUTES,
        *phone_tests.ROUTES,
        *operator_views.ROUTES,
        *call_views.ROUTES,
        *restriction_views.ROUTES,
        *admin.ROUTES,
        *audit_views.ROUTES,
        *openapi.ROUTES,
        *ticket_api.ROUTES,
        *files.ROUTES,
        *live.ROUTES,
        *centre.ROUTES,
        *operator.ROUTES,
        *presence.ROUTES,
        *absences.ROUTES,
        *call_bar.ROUTES,
        *desk_form.ROUTES,
        *search.ROUTES,
        *bulk_actions.ROUTES,
        *ticket_page.ROUTES,
        *contact_views.ROUTES,
        *enquiry_views.ROUTES,
        *handbook.ROUTES,
        *inbox.ROUTES,
        *department_ticket.ROUTES,
        *outcomes.ROUTES,
        *reply_templates.ROUTES,
        *track.ROUTES,
        *chunk_views.ROUTES,
        *play_views.ROUTES,
        *inspections.ROUTES,
    ),
    moves=(
        *dispatches.MOVES,
        *department_work.MOVES,
        *co_requests.MOVES,
        *replies.MOVES,
        *report_backs.MOVES,
        *follow_ups.MOVES,
        *endings.MOVES,
        *corrections.MOVES,
        *redactions.MOVES,
        *hand_overs.MOVES,
        *duty_desk.MOVES,
        *relays.MOVES,
        *co_disputes.MOVES,
        *holds.MOVES,
    ),
    menu=(
        *admin.MENU,
        *audit_views.MENU,
        *centre.MENU,
        *reconciliation_views.MENU,
        *operator.MENU,
        *search.MENU,
        *inbox.MENU,
        *reply_templates.MENU,
        *inspections.MENU,
    ),
    slots=SLOTS,
    sections=(
        Section("relays", relays.section, "moves/relays.html", departments=relays.READ),
        Section("refusals", co_disputes.section, departments=co_disputes.READ),
        Section("holds", holds.section, departments=departments_read("id", "from")),
        Section("recordings", shown.section, "recordings/section.html", departments=departments_read()),
        Section("promises", promises.section, departments=promises.READ),
    ),
    jobs=(
        Sweep("event retries", timedelta(seconds=5), sweep_retries),
        Sweep("receipts", timedelta(seconds=5), report_backs.sweep_receipts),
        Sweep("unconfirmed news", timedelta(seconds=5), owed_calls.sweep_unconfirmed),
        Sweep("inbound", timedelta(seconds=2), drain),
        Sweep("outbox", timedelta(seconds=1), send_all),
        Sweep("wrong tries", timedelta(hours=1), sweep_misses),
        Sweep("calls without an end", timedelta(seconds=5), call_ends.sweep_unended_calls),
        Sweep("browsers of the line", timedelta(seconds=2), phone_line.sweep_browsers),
        Sweep("commands", timedelta(seconds=1), runner.sweep_commands),
        Sweep("rings", timedelta(seconds=1), rings.sweep_rings),
        Sweep("waiting calls", timedelta(seconds=1), waiting.sweep_waiting),
        Sweep("offers", timedelta(seconds=1), rings.sweep_offers),
        Sweep("operator states", timedelta(seconds=1), state_sweeps.sweep_states),
        Sweep("silent operators", timedelta(seconds=2), state_sweeps.sweep_silent),
        Sweep("off shift", timedelta(seconds=5), state_sweeps.sweep_off_shift),
        Sweep("never came", timedelta(seconds=2), state_sweeps.sweep_never_came),
        Sweep("stale calls", timedelta(seconds=10), state_sweeps.sweep_stale),
        Sweep("signals", timedelta(minutes=5), signals.sweep_signals),
        *unsaid_ends.JOBS,
        *reconciliation.JOBS,
        *recording_fetch.JOBS,
        Sweep("pictures", timedelta(seconds=2), pictures.sweep_pictures),
        Sweep("duty desk", timedelta(seconds=5), sweep_desk),
        Sweep("idempotency keys", timedelta(minutes=10), sweep_keys),
        Sweep("forms taken", timedelta(minutes=10), sweep_forms),
        Sweep("presses", timedelta(minutes=10), sweep_presses),
        Sweep("known browsers", timedelta(hours=1), sweep_devices),
        *seals.JOBS,
        *inspection_samples.JOBS,
        *journal.JOBS,
        Sweep("recordings", timedelta(seconds=5), sweep_recordings),
        Sweep("transcripts", timedelta(seconds=30), sweep_transcripts),
        Sweep("retention", timedelta(hours=1), erase),
        Sweep("presences", timedelta(minutes=10), presence.sweep_presences),
        Sweep("desk drafts", timedelta(minutes=10), erase_drafts),
    ),
    subscribers=(*promise_changes.SUBSCRIBERS, *live_news.SUBSCRIBERS),
    claimers=(phone_tests.claim, restrictions.claim),
    guards={relays.KIND: relays.still_wanted},
    receipts={
        "report_back": report_backs.on_receipt,
        **owed_calls.RECEIPTS,
        **promise_changes.RECEIPTS,
        relays.KIND: relays.on_receipt,
        "phone_test_voice": phone_tests.on_key,
    },
    checks=(store_check, transcriber_check),
    commands=(*COMMANDS, *recordings_command.COMMANDS, *reconciliation_views.COMMANDS),
    cleanups=(runner.runner, deliveries, webhooks.forgeries, line, passwords.sign_ins),
)
