"""What this package brings: clocks, their ladder, what is asked of time."""

from __future__ import annotations

from datetime import timedelta

from hotline.base.hooks import Hooks, RunningClocks
from hotline.base.http.slots import SlotContent
from hotline.base.jobs.timers import Sweep
from hotline.composition import Plugin
from hotline.pages import slots
from routing.returns.rulings import RULING_TIME
from sla import views
from sla.calendar import views as calendar_views
from sla.calendar.changes import work_through
from sla.clocks import coming, extensions, holds
from sla.clocks import events as clock_events
from sla.clocks import pauses as waiting
from sla.clocks import sections as shown
from sla.clocks.events import on_call_back, promises
from sla.ladder import chases, consultation_queue, order_views, orders
from sla.ladder.messages import still_running
from sla.ladder.sweep import climb
from sla.policy import views as policy_views
from sla.policy.store import calendar_check, seed, working_days
from sla.replay import command as replay
from sla.shift import alarm, hand_over
from sla.verify import command as audit_command

PLUGIN = Plugin(
    package="sla",
    routes=(
        *views.ROUTES,
        *order_views.ROUTES,
        *coming.ROUTES,
        *hand_over.ROUTES,
        *policy_views.ROUTES,
        *calendar_views.ROUTES,
    ),
    moves=(*extensions.MOVES, *waiting.MOVES, *chases.MOVES, *orders.MOVES),
    menu=(*coming.MENU, *hand_over.MENU, *order_views.MENU, *policy_views.MENU, *calendar_views.MENU),
    contents=(
        SlotContent(slots.COMING, "coming/panel.html"),
        SlotContent(slots.CENTRE_LINKS, "handover/link.html", order=1),
        SlotContent(slots.CENTRE_LINKS, "orders/link.html", order=3),
        SlotContent(slots.CENTRE_DECISIONS, "extensions/decisions.html"),
        SlotContent(slots.TICKET_TIME, "clocks/panel.html"),
        SlotContent(slots.DEPARTMENT_PANELS, "orders/received.html"),
        SlotContent(slots.DEPARTMENT_FIRST, "extensions/interim.html"),
        SlotContent(slots.DEPARTMENT_ASKS, "extensions/forms.html"),
        SlotContent(slots.DEPARTMENT_ASKED, "extensions/asked.html"),
        SlotContent(RULING_TIME, "clocks/ruling.html"),
    ),
    sections=shown.SECTIONS,
    jobs=(
        Sweep("ladder", timedelta(seconds=2), climb),
        Sweep("calendar changes", timedelta(seconds=5), work_through),
        Sweep("long-term reviews", timedelta(hours=1), consultation_queue.review_long_term),
        *hand_over.JOBS,
    ),
    subscribers=(*clock_events.SUBSCRIBERS, *holds.SUBSCRIBERS, *consultation_queue.SUBSCRIBERS, *alarm.SUBSCRIBERS),
    guards={"chase": still_running, "order": still_running, "desk_alarm": alarm.still_alone},
    hooks=Hooks(
        promises=promises,
        on_call_back=on_call_back,
        call_back_clocks=shown.call_back_clocks,
        working_days=working_days,
        clocks=shown.clocks_of,
        running_clocks=RunningClocks("running_clock"),
        extensions=shown.extensions_waiting,
    ),
    commands=(*audit_command.COMMANDS, *replay.COMMANDS),
    seeds=(seed,),
    checks=(calendar_check,),
)
