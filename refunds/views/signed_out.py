"""Words that somebody typed while their session expired: kept until they have signed in again."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from refunds.views.person import PersonRequest

View = Callable[..., HttpResponse]

LONGEST = 20_000
MOST_FIELDS = 40


def keeping_words(page: str) -> Callable[[View], View]:
    """Ask whoever isn't signed in to do so, and keep what they typed about a lead till then.

    They come back to ``page``, which offers the words. The browser's session holds them: nobody is
    signed in, so that there is no draft to write to.
    """

    def keeping(view: View) -> View:
        @wraps(view)
        def kept(request: HttpRequest, sale_uuid: UUID, **kwargs: object) -> HttpResponse:
            if request.user.is_authenticated:
                return view(request, sale_uuid, **kwargs)
            url = reverse(page, args=[sale_uuid])
            if request.method == "POST":
                words = _typed(request)
                request.session[_key(sale_uuid)] = words
                url += (
                    f"?reason={words['reason']}" if words.get("reason", "").isidentifier() else ""
                )
            return _to_sign_in(request, url)

        return login_not_required(kept)

    return keeping


def words_kept(request: PersonRequest, sale_uuid: UUID) -> dict[str, str]:
    """Return what was typed about a lead before signing in, {} where nothing was."""
    words: dict[str, str] = request.session.get(_key(sale_uuid), {})
    return words


def forget_words(request: PersonRequest, sale_uuid: UUID) -> None:
    """Forget the words: they are in the draft now, or not wanted."""
    request.session.pop(_key(sale_uuid), None)


def _key(sale_uuid: UUID) -> str:
    return f"claim-{sale_uuid}"


def _typed(request: HttpRequest) -> dict[str, str]:
    names = [
        name
        for name in request.POST
        if name in ("reason", "explanation") or name.startswith("detail_")
    ]
    return {name: request.POST[name][:LONGEST] for name in names[:MOST_FIELDS]}


def _to_sign_in(request: HttpRequest, url: str) -> HttpResponse:
    answer = redirect_to_login(url)
    if "HX-Request" not in request.headers:
        return answer
    # A redirect would be followed in place, and the page of it put where the words are.
    return HttpResponse(status=204, headers={"HX-Redirect": answer.url})
