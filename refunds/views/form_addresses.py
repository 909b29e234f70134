"""Addresses that take a form and have no page of their own."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

View = Callable[..., HttpResponse]


def form_of(page: str) -> Callable[[View], View]:
    """Take what is sent, and lead whoever only opens the address to the page with its form.

    A form that is refused is drawn again where it was sent to. From there people choose another
    language, or press Enter in the address line, which asks for the same address without a form.
    ``page`` is about the first thing that the address names.
    """

    def taking(view: View) -> View:
        taken = require_POST(view)

        @wraps(view)
        def taken_or_led(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if request.method in ("GET", "HEAD"):
                return redirect(page, *[*args, *kwargs.values()][:1])
            return taken(request, *args, **kwargs)

        return taken_or_led

    return taking
