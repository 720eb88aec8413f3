"""The register's records for somebody who inspects it, without help and without stopping the sale;
and what the register is reported with."""

from __future__ import annotations

from functools import wraps
from urllib.parse import quote

from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from skrin.brand import brand
from skrin.domain import role as roles
from skrin.domain.closing import local_time
from skrin.domain.control_unit import UnitMet
from skrin.domain.money import grouped_amount
from skrin.domain.refusal import Refusal
from skrin.domain.registration import RegistrationSet, missing
from skrin.exports import registration as texts
from skrin.exports.journal import Period
from skrin.exports.orders import KINDS, versions_of
from skrin.packing import plain_name, typeset
from skrin.till.flow import numbering, registration, reporting
from skrin.till.flow.counter import Counter
from skrin.till.flow.exporting import EVERYTHING, Exporter
from skrin.till.storage.journal_file import JournalFile
from skrin.till.ui import proving, words
from skrin.till.ui.frame import LEVELS, frame
from skrin.till.ui.guard import StaffRequest, View, at_the_till
from skrin.till.ui.record_screens import (
    Facts,
    MadeFile,
    Making,
    Records,
    RegistrationPage,
    StatedField,
)
from skrin.till.ui.screens import Choice, Message, Notice
from skrin.till.ui.served import served

STATUS_REFUSED = 422
WAIT_S = 4.0
CLOSINGS_MOST = 20


def known_unit(counter: Counter) -> tuple[str, UnitMet | None]:
    """The control unit that answers, and what it told of itself."""
    return counter.preflight.unit_id, counter.preflight.unit_known.met


def _(text: str) -> str:
    return text


KIND_WORDS = {
    "journal": _("The journal: everything that was registered"),
    "prices": _("The price list, as it was on the last day"),
    "settings": _("The history of prices, settings and people"),
    "closings": _("The list of Z reports"),
    EVERYTHING: _("Everything, from the first day: a package with its proof"),
}
FORMAT_WORDS = {
    "xml": _("XML, the tax authority's (journal only)"),
    "pdf": _("PDF, to read and print"),
    "csv": _("CSV, for a spreadsheet"),
    "json": _("JSON, with every hash"),
    "zip": _("ZIP (everything only)"),
}
NO_FILE = {
    "no_registrations": _("Nothing was registered in this period, so there is no file."),
    "unit_never_heard": _("No control unit has answered yet, and its number must be in the file."),
    "prices_unproven": _(
        "What the prices were that day is not kept here, or cannot be proven by the journal."
    ),
    "period_backwards": _("The last day is before the first. Change one of them."),
    "period_too_long": _("The period is too long. Choose a shorter one."),
    "damaged": _("The journal is damaged, so no file was made. Call service now."),
    "unreadable": _("The file could not be made. Try again, or call service."),
    "no_room": _("The disk is too full for the file. Free some room, or call service."),
    "export_failed": _("The file could not be made. Try again, or call service."),
}
SERIES_WORDS = {
    "receipt": _("Receipts and returns"),
    "training": _("Training receipts"),
    "copy": _("Receipt copies"),
    "pro_forma": _("Pro forma"),
    "z": _("Z reports"),
    "message": _("Messages to the control unit"),
}

_exporters: dict[str, Exporter] = {}


def exporter(counter: Counter) -> Exporter:
    """Who makes files of this counter's records."""
    path = counter.till.file.path
    return _exporters.setdefault(str(path), Exporter(path))


def looking_in(view: View) -> View:
    """For whoever may take an X or see reports: an inspector must not wait for the owner."""

    @at_the_till
    @wraps(view)
    def guarded(request: StaffRequest, *args: object, **kwargs: object) -> HttpResponse:
        if reporting.may_read_open(served().counter.till, request.person):
            return view(request, *args, **kwargs)
        sentence = words.refusal_sentence(Refusal("not_allowed", right=roles.X_REPORT))
        screen = Message(frame=frame(request), title=gettext("Inspection"), sentence=sentence)
        return render(request, "till/message.html", {"screen": screen}, status=403)

    return guarded


def _language() -> str:
    return "en" if (translation.get_language() or "").startswith("en") else "sv"


@require_GET
@looking_in
def records(request: StaffRequest) -> HttpResponse:
    """Everything that an inspector asks for, on one page."""
    return _records_page(request)


def _records_page(
    request: StaffRequest, status: int = 200, notice: Notice | None = None
) -> HttpResponse:
    counter = served().counter
    till, reader = counter.till, counter.reader()
    now = registration.registration_of(till, *known_unit(counter))
    unit = counter.unit_state()
    told = {key: (name, value) for key, name, value in texts.registration_rows(now, _language())}
    today = till.local_date().isoformat()
    first = request.POST.get("first", "") or request.GET.get("first", "") or today
    last = request.POST.get("last", "") or request.GET.get("last", "") or today
    screen = Records(
        frame=frame(request),
        register=tuple(
            told[key]
            for key in (
                *("company_name", "org_number", "address", "designation", "register_serial"),
                *("model", "program", "version", "declaration", "journal"),
            )
        ),
        unit=tuple(value for key, value in told.items() if key.startswith("unit_")),
        unit_level=LEVELS[unit.level],
        unit_state=words.state_sentence(unit.code, unit.since_s),
        series=_series(counter),
        versions=_versions(counter),
        closings=tuple(
            (str(row[0]), row[1], grouped_amount(row[4]), reverse("till:closed_day", args=[row[0]]))
            for row in reader.closings(CLOSINGS_MOST)
        ),
        first=first[:10],
        last=last[:10],
        kinds=_choices(KIND_WORDS, request.POST.get("what", "journal")),
        formats=_choices(FORMAT_WORDS, request.POST.get("format", "xml")),
        making=_making(counter, notice),
        proof=proving.proof_of(till.file.path),
        remark=_remark(counter, declared=bool(now.declaration)),
    )
    return render(request, "till/records.html", {"screen": screen}, status=status)


def _remark(counter: Counter, *, declared: bool) -> str:
    told = [] if declared else [texts.NO_DECLARATION[_language() == "en"]]
    if changed := registration.waiting(counter.till, *known_unit(counter)):
        told.append(to_report_sentence(changed))
    return " ".join(told)


def to_report_sentence(changed: tuple[str, ...]) -> str:
    """What is to be reported to the tax authority, in words."""
    names = ", ".join(texts.label(key, _language()) for key in changed)
    return gettext("To be reported to the tax authority: %(what)s.") % {"what": names}


def _choices(names: dict[str, str], chosen: str) -> tuple[Choice, ...]:
    return tuple(
        Choice(value=value, name=gettext(name), selected=value == chosen)
        for value, name in names.items()
    )


def _series(counter: Counter) -> tuple[tuple[str, str, str, str], ...]:
    """Each series: its first and last number, and how many between them are not there."""
    told = numbering.series_told(counter.till, counter.reader())
    return tuple(
        (gettext(name), "1", str(told[series][0]), str(told[series][1]))
        for series, name in SERIES_WORDS.items()
        if series in told
    )


def _versions(counter: Counter) -> tuple[tuple[str, str], ...]:
    records_file = JournalFile(counter.till.file.path)
    try:
        steps = versions_of(records_file.starts())
    finally:
        records_file.close()
    return tuple(
        (step.at.isoformat(sep=" ", timespec="minutes"), f"{step.program} {step.version}")
        for step in reversed(steps)
    )


def _making(counter: Counter, notice: Notice | None = None) -> Making:
    maker = exporter(counter)
    made = maker.last
    if notice is None and made is not None and not maker.busy:
        if made.refused:
            sentence = gettext(NO_FILE.get(made.refused, NO_FILE["export_failed"]))
            notice = Notice(sentence=sentence, level="warn", ways=())
        elif made.remark:
            notice = Notice(sentence=made.remark, level="warn", ways=())
    return Making(
        busy=maker.busy,
        notice=notice,
        unmapped=tuple((kind, str(count)) for kind, count in made.unmapped) if made else (),
        files=tuple(
            MadeFile(
                name=one.name,
                size=f"{-(-one.stat().st_size // 1024)} kB",
                url=reverse("till:record_file", args=[one.name]),
            )
            for one in maker.files()
        ),
    )


@require_POST
@looking_in
def make_file(request: StaffRequest) -> HttpResponse:
    """Make a file of the records of a period; the sale goes on meanwhile."""
    counter = served().counter
    what, file_format = request.POST.get("what", ""), request.POST.get("format", "")
    try:
        period = Period.of(request.POST.get("first", ""), request.POST.get("last", ""))
        if what == EVERYTHING:
            file_format = "zip"  # There is one kind of it, whichever was left chosen.
        elif file_format not in KINDS.get(what, ()):
            raise Refusal("export_unknown")
        maker = exporter(counter)
        user = request.person.display_name
        maker.start(what, file_format, *period.names, user, counter.preflight.unit_id)
    except Refusal as no:
        sentence = NO_FILE.get(no.code)
        told = gettext(sentence) if sentence else words.refusal_sentence(no)
        notice = Notice(sentence=told, level="warn", ways=())
        return _records_page(request, STATUS_REFUSED, notice)
    maker.wait(WAIT_S)
    return HttpResponseRedirect(
        f"{reverse('till:records')}?first={period.names[0]}&last={period.names[1]}#files"
    )


@require_GET
@looking_in
def making(request: StaffRequest) -> HttpResponse:
    """The part of the page that changes while a file is made."""
    return render(request, "till/_making.html", {"making": _making(served().counter)})


@require_GET
@looking_in
def record_file(request: StaffRequest, name: str) -> HttpResponse:
    """A file that was made."""
    found = exporter(served().counter).file(name)
    if found is None:
        raise Http404
    response = FileResponse(found.open("rb"), as_attachment=True, filename=found.name)
    assert isinstance(response, HttpResponse) or response.streaming
    return response  # type: ignore[return-value]


@require_POST
@looking_in
def prove(request: StaffRequest) -> HttpResponse:
    """Prove the journal from its first entry; the page says what came of it."""
    proving.begin(served().counter.till.file.path)
    return HttpResponseRedirect(reverse("till:records") + "#proof")


@require_GET
@looking_in
def proof(request: StaffRequest) -> HttpResponse:
    """The part of the page that changes while the journal is proven."""
    found = proving.proof_of(served().counter.till.file.path)
    return render(request, "till/_proof.html", {"proof": found})


# What the register is reported with


@require_GET
@looking_in
def registration_page(request: StaffRequest) -> HttpResponse:
    """Everything that the tax authority asks for, and what of it is to be reported."""
    return _registration(request)


def _registration(request: StaffRequest, notice: Notice | None = None) -> HttpResponse:
    counter = served().counter
    till, language = counter.till, _language()
    now = registration.registration_of(till, *known_unit(counter))
    before = registration.reported(till.file.registers)
    instant = till.clock.now()
    at = local_time(instant.utc_ms, instant.offset_min).replace(tzinfo=None)
    changed = registration.waiting(till, *known_unit(counter))
    subject, text = texts.unit_text(now, language)
    sets = till.role_of(request.person).rule(roles.SETTINGS) == roles.ALLOW
    values = dict(now.values)
    screen = RegistrationPage(
        frame=frame(request),
        rows=_facts(now, language),
        declaration=now.declaration or texts.NO_DECLARATION[language == "en"],
        declared=bool(now.declaration),
        changed=tuple(texts.label(key, language) for key in changed),
        missing=tuple(texts.label(key, language) for key in missing(now)),
        reported=gettext("Reported %(on)s by %(by)s") % {"on": before.on, "by": before.by}
        if before
        else "",
        sets=sets,
        today=at.date().isoformat(),
        fields=tuple(
            StatedField(name=name, label=texts.label(name, language), value=values[name])
            for name in RegistrationSet.__slots__
        ),
        broken=texts.broken_text(now, at, language),
        mail=f"mailto:?subject={quote(subject)}&body={quote(text)}" if now.unit_serial else "",
        notice=notice,
    )
    status = STATUS_REFUSED if notice else 200
    return render(request, "till/registration.html", {"screen": screen}, status=status)


def _facts(now: object, language: str) -> Facts:
    rows = texts.registration_rows(now, language)  # type: ignore[arg-type]
    return tuple((name, value or "–") for _key, name, value in rows)


@require_GET
@looking_in
def registration_pdf(request: StaffRequest) -> HttpResponse:
    """The same as a PDF."""
    counter = served().counter
    now = registration.registration_of(counter.till, *known_unit(counter))
    instant = counter.till.clock.now()
    at = local_time(instant.utc_ms, instant.offset_min).replace(tzinfo=None)
    made = typeset(texts.registration_source(now, at, _language()))
    response = HttpResponse(made, content_type="application/pdf")
    name = plain_name(f"{brand().name}-{now.register_serial}")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return response


@require_POST
@looking_in
def registration_unit(request: StaffRequest) -> HttpResponse:
    """A person states what no protocol tells of the control unit."""
    fields = {name: request.POST.get(name, "").strip() for name in RegistrationSet.__slots__}
    try:
        registration.state_unit(served().counter.till, request.person, RegistrationSet(**fields))
    except Refusal as no:
        return _refused(request, no)
    return HttpResponseRedirect(reverse("till:registration"))


@require_POST
@looking_in
def registration_reported(request: StaffRequest) -> HttpResponse:
    """A person says that the register was reported as it is."""
    counter = served().counter
    try:
        unit_id, met = known_unit(counter)
        day = request.POST.get("on", "").strip()
        registration.state_reported(counter.till, request.person, unit_id, day, met)
    except Refusal as no:
        return _refused(request, no)
    return HttpResponseRedirect(reverse("till:registration"))


def _refused(request: StaffRequest, no: Refusal) -> HttpResponse:
    return _registration(
        request, Notice(sentence=words.refusal_sentence(no), level="warn", ways=())
    )
