"""What this package brings: figures, findings, the notice, the consultation's papers."""

from __future__ import annotations

from datetime import timedelta

from hotline.base.http.route import Entry
from hotline.base.jobs.timers import CalendarJob, Sweep
from hotline.base.services import Section, departments_read
from hotline.composition import Plugin
from hotline.people.roles import CENTRE, INSIDE, LIAISONS, MANAGERS, OVERSIGHT, STAFF
from reports.consult import views as consult
from reports.consult.commands import COMMANDS as CONSULT
from reports.demo.load import demo
from reports.exclusions import views as exclusions
from reports.figures import api_views as figures
from reports.figures import views as figure_views
from reports.findings import detection
from reports.findings import views as findings
from reports.imports.commands import COMMANDS as IMPORTS
from reports.notice import api_views as notices
from reports.notice import views as notice_views
from reports.notice.commands import COMMANDS as NOTICE
from reports.telephone import staffing_views
from reports.telephone import views as telephone

PLUGIN = Plugin(
    package="reports",
    routes=(
        *figures.ROUTES,
        *figure_views.ROUTES,
        *findings.ROUTES,
        *exclusions.ROUTES,
        *notices.ROUTES,
        *notice_views.ROUTES,
        *consult.ROUTES,
        *telephone.ROUTES,
        *staffing_views.ROUTES,
    ),
    menu=(
        Entry(path="/leader", title="The month", roles=OVERSIGHT, rare=MANAGERS),
        Entry(path="/findings", title="Findings", roles=INSIDE),
        Entry(
            path="/notices",
            title="Notices",
            roles=STAFF,
            rare=CENTRE,
        ),
        Entry(
            path="/consultations",
            title="Consultations",
            roles=STAFF,
            rare=CENTRE,
        ),
        Entry(path="/department/figures", title="Our figures", roles=LIAISONS),
        Entry(path="/department/findings", title="Our findings", roles=LIAISONS),
        *telephone.MENU,
    ),
    sections=(
        Section(
            "findings",
            detection.section,
            departments=departments_read("id", "rule", "kind", "department", "seqs", "at"),
        ),
    ),
    jobs=(
        Sweep("findings", timedelta(minutes=1), detection.sweep_findings),
        CalendarJob("findings of the night", detection.MORNINGS, detection.look_back),
    ),
    subscribers=detection.SUBSCRIBERS,
    commands=(*NOTICE, *CONSULT, *IMPORTS),
    demo=demo,
)
