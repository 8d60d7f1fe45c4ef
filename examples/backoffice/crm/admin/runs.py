"""The runs, for a person: a preview, a confirmation, the progress and the result (S5).

No process works in the background: each request sends for some seconds, and the page asks for the
next. A page that is closed is a run that waits. The commands do the same for cron.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from datetime import datetime
from hashlib import sha256
from itertools import islice
from time import monotonic
from typing import Any
from urllib.parse import urlencode

from attrs import define, field
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Model, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.dateparse import parse_datetime
from django.utils.timezone import now
from django.views.decorators.http import require_POST

from crm import runs
from crm.admin.filters import OneOf
from crm.admin.pages import Page
from crm.admin.rights import LAUNCH_RUN, may
from crm.admin.site import site
from crm.forms import RunForm
from crm.models import SENT, Message, Outcome, Run

SECONDS = 2.0
"""How long a request sends, before the page shows how far it is."""
LOOKED_AT = 5_000
"""How many records a preview looks at: a second or two of work."""
SHOWN = 50


@admin.register(Run, site=site)
class RunAdmin(Page):
    new_title = "Nouvel envoi"
    record_title = "Envoi"
    list_display = ("name", "communication", "started", "author", "sent")
    list_filter = (("communication", OneOf),)
    search_fields = ("name",)
    list_select_related = ("user",)
    actions = None

    def get_queryset(self, request: HttpRequest) -> Any:
        sent = Count("messages", filter=Q(messages__outcome__in=SENT))
        return super().get_queryset(request).annotate(sent=sent)

    @admin.display(description="lancé par", empty_value="une commande", ordering="user")
    def author(self, run: Run) -> Any:
        return run.user

    @admin.display(description="e-mails partis")
    def sent(self, run: Any) -> int:
        return int(run.sent)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may(request, LAUNCH_RUN)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        def page(view: Any) -> Any:
            return self.admin_site.admin_view(view)

        return [
            path("<int:pk>/preview/", page(self.preview_view), name="crm_run_preview"),
            path("<int:pk>/send/", page(require_POST(self.send_view)), name="crm_run_send"),
            *super().get_urls(),
        ]

    # --- A new run: what it is about, who would receive it, and « Envoyer » ---

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        self._require_right(request)
        form = RunForm(request.POST or None)
        if not form.is_valid():
            return self._page(request, "new", self.new_title, form=form)
        form.run.user_id = form.run.user_id or request.user.pk
        if "correct" in request.POST:
            return self._page(request, "new", self.new_title, form=form)
        if "seen" not in request.POST or self._has_changed(request, form.run):
            return self._preview(request, form.run, form)
        return self._send(request, runs.started(form.run))

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What is left of a run that was begun."""
        self._require_right(request)
        return self._preview(request, get_object_or_404(Run, pk=pk))

    def _preview(self, request: HttpRequest, run: Run, form: RunForm | None = None) -> HttpResponse:
        looked = Looked()
        for one in islice(runs.preview(run), LOOKED_AT):
            looked.at(one)
        return self._page(
            request,
            "preview",
            f"Aperçu : {run.get_communication_display()} « {run} »",
            run=run,
            form=form,
            looked=looked,
            total=runs.count(runs.left(run)),
            asked=runs.count(runs.records(run)),
            seen=_fingerprint(run),
        )

    # --- A run that was begun: how far it is, and what became of it ---

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        run = self.get_object(request, object_id)
        if run is None:
            raise Http404
        if not self.has_view_permission(request, run):
            raise PermissionDenied
        log = reverse("backoffice:crm_message_changelist")
        outcomes = run.messages.order_by().values_list("outcome").annotate(Count("pk"))
        since, of = _pass(request.GET)
        left = runs.count(runs.left(run))
        to_do = runs.count(runs.left(run, since)) if since else 0
        return self._page(
            request,
            "run",
            f"{run.get_communication_display()} « {run} »",
            run=run,
            asked=runs.count(runs.records(run)),
            sent=runs.count(runs.sent(run)),
            left=left,
            since=since if to_do else None,
            of=of,
            done=of - to_do,
            may_send=may(request, LAUNCH_RUN),
            outcomes=[
                (
                    Outcome(code).label,
                    count,
                    f"{log}?{urlencode({'run': run.pk, 'outcome__exact': code})}",
                )
                for code, count in sorted(outcomes, key=lambda one: Outcome.values.index(one[0]))
            ],
            to_look_at=run.messages.exclude(
                outcome__in=[Outcome.ACCEPTED, Outcome.ARRIVED, Outcome.SENDING]
            ).select_related("client")[:SHOWN],
            log=f"{log}?run={run.pk}",
        )

    def send_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        self._require_right(request)
        run = get_object_or_404(Run, pk=pk)
        if "seen" in request.POST and self._has_changed(request, run):
            return self._preview(request, run)
        return self._send(request, run)

    def _has_changed(self, request: HttpRequest, run: Run) -> bool:
        """Whether the run is about other records now than when its preview was seen."""
        changed = request.POST["seen"] != _fingerprint(run)
        if changed:
            messages.warning(request, CHANGED)
        return changed

    def _send(self, request: HttpRequest, run: Run) -> HttpResponse:
        """Send for some seconds, in the pass that the page began, or in a new one."""
        since, of = _pass(request.POST)
        if since is None:
            since, of = now(), runs.count(runs.left(run))
        page = reverse("backoffice:crm_run_change", args=[run.pk])
        try:
            finished = _for_some_seconds(runs.deliver(run, since))
        except runs.ServerSilentError as error:
            messages.error(request, str(error))
            return redirect(page)
        if finished or not runs.count(runs.left(run, since)):
            messages.success(request, "L'envoi est terminé.")
            return redirect(page)
        return redirect(f"{page}?{urlencode({'since': since.isoformat(), 'of': of})}")

    # --- What these pages share ---

    def _require_right(self, request: HttpRequest) -> None:
        if not may(request, LAUNCH_RUN):
            raise PermissionDenied

    def _page(self, request: HttpRequest, name: str, title: str, **context: Any) -> HttpResponse:
        context |= {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "media": self.media,
        }
        return TemplateResponse(request, f"admin/crm/run/{name}.html", context)


CHANGED = "Les fiches concernées ont changé depuis l'aperçu. Voici le nouveau : vérifiez-le."


@define
class Looked:
    """What a preview has found: how many of each kind, and the first of them."""

    count: int = 0
    sendable: int = 0
    first: list[runs.Preview] = field(factory=list)
    to_check: int = 0
    first_to_check: list[runs.Preview] = field(factory=list)

    def at(self, one: runs.Preview) -> None:
        self.count += 1
        deliverable = one.answer is not None and one.answer.is_deliverable
        self.sendable += deliverable
        if not deliverable or (one.answer is not None and one.answer.notices):
            self.to_check += 1
            if len(self.first_to_check) < SHOWN:
                self.first_to_check.append(one)
        elif len(self.first) < SHOWN:
            self.first.append(one)

    @property
    def unsendable(self) -> int:
        return self.count - self.sendable


def _for_some_seconds(delivery: Generator[Message, None, None]) -> bool:
    """Whether the delivery came to its end."""
    end = monotonic() + SECONDS
    with closing(delivery):
        for message in delivery:
            silent = message.outcome in (Outcome.FAILED, Outcome.DOUBTFUL)
            # Not while the server is silent: `deliver` counts how often in a row, and gives up.
            if monotonic() > end and not silent:
                return False
    return True


def _pass(given: Any) -> tuple[datetime | None, int]:
    """When the pass of a page began, and how many it had to send."""
    try:
        since = parse_datetime(given.get("since", ""))
    except ValueError:
        since = None
    of = given.get("of", "")
    if since is None or since.tzinfo is None or not of.isdecimal():
        return None, 0
    return since, int(of)


def _fingerprint(run: Run) -> str:
    """Which records a preview shows, so that no others are written to when it is confirmed."""
    left = [found.order_by("pk").values_list("pk", flat=True) for found in runs.left(run)]
    return sha256(repr([list(pks) for pks in left]).encode()).hexdigest()
