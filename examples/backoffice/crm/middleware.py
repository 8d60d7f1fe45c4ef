"""A lost race that no page has seen to: what to do, rather than an error of the server."""

from __future__ import annotations

from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from crm.at_once import BUSY, BusyError, is_lost_race


class SayThatItIsBusy:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        lost = isinstance(error, OperationalError) and is_lost_race(error)
        if not (lost or isinstance(error, BusyError)):
            return None
        return render(request, "crm/busy.html", {"words": BUSY}, status=503)
