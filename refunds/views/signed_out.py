"""Words that somebody typed while their session expired: kept until they have signed in again."""

from collections.abc import Callable, Mapping
from functools import wraps
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from refunds.views.person import PersonRequest

View = Callable[..., HttpResponse]

KEPT_AS = "typed"
# What people write or choose in the forms below, besides a claim's details.
FIELDS = ("reason", "explanation", "cause", "words", "answer", "text")
LONGEST = 25_000  # bytes, of all that is kept
KEPT_FOR = 60 * 60  # seconds; whoever signs in after that finds nothing
SIGNER = Signer(salt="author of a form")


def keeping_words(page: str, *, form: str = "") -> Callable[[View], View]:
    """Ask whoever isn't signed in to do so, and keep what they typed into a form till then.

    They come back to ``page``, which offers the words. ``form`` is what those are kept for, the
    page's own where it isn't given; the address names the lead or the request that they are about.
    The browser's session holds them: nobody is signed in, so that there is no draft to write to.
    """

    def keeping(view: View) -> View:
        @wraps(view)
        def kept(request: HttpRequest, **about: UUID | str) -> HttpResponse:
            if request.user.is_authenticated:
                return view(request, **about)
            first = next(iter(about.values()))
            url = reverse(page, args=[first])
            if request.method == "POST":
                _keep(request, _place(form or page, first))
                reason = request.POST.get("reason", "")
                url += f"?reason={reason}" if reason.isidentifier() else ""
            return _to_sign_in(request, url)

        return login_not_required(kept)

    return keeping


def author_mark(user: User) -> str:
    """Return what a form says of who it was drawn for, and nobody else can write."""
    return SIGNER.sign(str(user.pk))


def words_kept(request: PersonRequest, form: str, about: UUID | str) -> Mapping[str, str]:
    """Return what its reader typed into a form before signing in, {} where nothing was.

    Somebody else's words are forgotten: more than one person may use a browser.
    """
    typed = request.session.get(KEPT_AS)
    if typed is None:
        return {}
    if typed["author"] != str(request.user.pk):
        _forget(request)
        return {}
    words: Mapping[str, str] = typed["words"] if typed["place"] == _place(form, about) else {}
    return words


def forget_words(request: PersonRequest, form: str, about: UUID | str) -> None:
    """Forget the words: they are stored now, or not wanted."""
    if request.session.get(KEPT_AS, {}).get("place") == _place(form, about):
        _forget(request)


def _place(form: str, about: UUID | str) -> str:
    return f"{form} {about}"


def _forget(request: PersonRequest) -> None:
    del request.session[KEPT_AS]
    request.session.set_expiry(None)  # as long as anybody's who signed in


def _keep(request: HttpRequest, place: str) -> None:
    """Keep the words of one form, in the place of any other's, if they were typed into ours.

    Without its mark nothing is kept: anybody could fill the table of sessions.
    """
    author, words = _author(request), _typed(request)
    if not author or _size(words) > LONGEST:
        return
    request.session[KEPT_AS] = {"place": place, "author": author, "words": words}
    request.session.set_expiry(KEPT_FOR)
    messages.info(request, _("You were signed out. What you typed is kept: sign in and go on."))


def _author(request: HttpRequest) -> str:
    try:
        return SIGNER.unsign(request.POST.get("author", ""))
    except BadSignature:
        return ""


def _typed(request: HttpRequest) -> dict[str, str]:
    return {
        name: request.POST[name]
        for name in request.POST
        if name in FIELDS or name.startswith("detail_")
    }


def _size(words: Mapping[str, str]) -> int:
    return sum(len(text.encode()) for pair in words.items() for text in pair)


def _to_sign_in(request: HttpRequest, url: str) -> HttpResponse:
    answer = redirect_to_login(url)
    if "HX-Request" not in request.headers:
        return answer
    # A redirect would be followed in place, and the page of it put where the words are.
    return HttpResponse(status=204, headers={"HX-Redirect": answer.url})
