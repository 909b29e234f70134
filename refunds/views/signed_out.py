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

KEPT_AS = "typed-claim"
LONGEST = 25_000  # bytes, of all that is kept
KEPT_FOR = 60 * 60  # seconds; whoever signs in after that finds nothing
SIGNER = Signer(salt="author of a claim")


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
                _keep(request, sale_uuid)
                reason = request.POST.get("reason", "")
                url += f"?reason={reason}" if reason.isidentifier() else ""
            return _to_sign_in(request, url)

        return login_not_required(kept)

    return keeping


def author_mark(user: User) -> str:
    """Return what a form says of who it was drawn for, and nobody else can write."""
    return SIGNER.sign(str(user.pk))


def words_kept(request: PersonRequest, sale_uuid: UUID) -> Mapping[str, str]:
    """Return what its reader typed about a lead before signing in, {} where nothing was.

    Somebody else's words are forgotten: more than one person may use a browser.
    """
    typed = request.session.get(KEPT_AS)
    if typed is None:
        return {}
    if typed["author"] != str(request.user.pk):
        _forget(request)
        return {}
    words: Mapping[str, str] = typed["words"] if typed["sale"] == str(sale_uuid) else {}
    return words


def forget_words(request: PersonRequest, sale_uuid: UUID) -> None:
    """Forget the words: they are in the draft now, or not wanted."""
    if request.session.get(KEPT_AS, {}).get("sale") == str(sale_uuid):
        _forget(request)


def _forget(request: PersonRequest) -> None:
    del request.session[KEPT_AS]
    request.session.set_expiry(None)  # as long as anybody's who signed in


def _keep(request: HttpRequest, sale_uuid: UUID) -> None:
    """Keep the words of one lead, in the place of any other's, if they were typed into our form.

    Without its mark nothing is kept: anybody could fill the table of sessions.
    """
    author, words = _author(request), _typed(request)
    if not author or _size(words) > LONGEST:
        return
    request.session[KEPT_AS] = {"sale": str(sale_uuid), "author": author, "words": words}
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
        if name in ("reason", "explanation") or name.startswith("detail_")
    }


def _size(words: Mapping[str, str]) -> int:
    return sum(len(text.encode()) for pair in words.items() for text in pair)


def _to_sign_in(request: HttpRequest, url: str) -> HttpResponse:
    answer = redirect_to_login(url)
    if "HX-Request" not in request.headers:
        return answer
    # A redirect would be followed in place, and the page of it put where the words are.
    return HttpResponse(status=204, headers={"HX-Redirect": answer.url})
