"""The end of a register, step by step: closed, handed over, sent, packed (R-TERM-019, 020)."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from skrin.domain import role as roles
from skrin.domain.refusal import Refusal
from skrin.exports.package import package_stem
from skrin.till.flow import handing_over
from skrin.till.flow.counter import Counter
from skrin.till.ui import words
from skrin.till.ui import zone as zones
from skrin.till.ui.archive_screens import Moving, Step
from skrin.till.ui.frame import frame
from skrin.till.ui.guard import StaffRequest
from skrin.till.ui.record_views import STATUS_REFUSED, exporter, looking_in
from skrin.till.ui.screens import Notice
from skrin.till.ui.served import served


@require_GET
@looking_in
def moving(request: StaffRequest) -> HttpResponse:
    """What is done and what is next."""
    return _page(request)


def _page(request: StaffRequest, notice: Notice | None = None) -> HttpResponse:
    counter = served().counter
    till = counter.till
    sets = till.role_of(request.person).rule(roles.SETTINGS) == roles.ALLOW
    screen = Moving(
        frame=frame(request),
        register=till.identity.register_serial,
        steps=(_closed(counter), _handed(counter, sets), _sent(counter), _packed(counter)),
        sets=sets,
        notice=notice,
    )
    status = STATUS_REFUSED if notice else 200
    return render(request, "till/moving.html", {"screen": screen}, status=status)


def _closed(counter: Counter) -> Step:
    till, name = counter.till, gettext("Close the day")
    try:
        if not till.handed_over:
            till.run(lambda: handing_over.check_may_end(till))
    except Refusal as no:
        return Step(
            name=name,
            done=False,
            sentence=words.refusal_sentence(no),
            label=gettext("To the day"),
            url=reverse("till:day"),
        )
    sentence = gettext("All days are closed, and nothing waits.")
    return Step(name=name, done=True, sentence=sentence)


def _handed(counter: Counter, sets: bool) -> Step:
    done = counter.till.handed_over
    sentence = (
        gettext("The register's trade has ended. Nothing more is sold here.")
        if done
        else gettext(
            "The till gives back what it shares with others, so that the till after it can print"
            " copies and take goods back. From then on nothing is sold in this register, for good."
        )
    )
    return Step(
        name=gettext("End the trade"),
        done=done,
        sentence=sentence,
        ends=not done and sets,
    )


def _sent(counter: Counter) -> Step:
    unsent = counter.upload_lane.unsent()
    sentence = (
        gettext("%(n)s entries are not with the office yet. They are sent as soon as it answers.")
        % {"n": unsent}
        if unsent
        else gettext("The office has all of it.")
    )
    return Step(name=gettext("Send everything"), done=not unsent, sentence=sentence)


def _packed(counter: Counter) -> Step:
    stem = package_stem(counter.till.identity.register_serial)
    made = (one for one in exporter(counter).files() if stem in one.name)
    path = counter.till.file.path
    whole = next((one for one in made if handing_over.holds_the_end(one, path)), None)
    if whole:
        return Step(
            name=gettext("Take the package out"),
            done=True,
            sentence=gettext("Save it where it is kept for seven years."),
            label=whole.name,
            url=reverse("till:record_file", args=[whole.name]),
            file=True,
        )
    return Step(
        name=gettext("Take the package out"),
        done=False,
        sentence=gettext(
            "Everything that the register has registered, with its proof. Under Inspection, choose"
            " “Everything, from the first day”."
        ),
        label=gettext("To Inspection"),
        url=reverse("till:records"),
    )


@require_POST
@looking_in
def hand_over(request: StaffRequest) -> HttpResponse:
    """End the register's trade, for good."""
    cause = request.POST.get("cause", "")
    if request.POST.get("sure") != "yes":
        sentence = gettext("Say that you are sure: this cannot be taken back.")
        return _page(request, Notice(sentence=sentence, level="warn", ways=()))
    try:
        handing_over.hand_over(served().counter.till, request.person, cause)
    except Refusal as no:
        return _page(request, zones.refused(no))
    return HttpResponseRedirect(reverse("till:moving"))
