"""What every page of our own shows around itself."""

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse


def shell(request: HttpRequest, title: str, *above: tuple[str, str]) -> dict[str, object]:
    """Return a page's title and the pages ``above`` it, each an address's name and a word."""
    trail = [{"url": reverse(name), "label": label} for name, label in above]
    return {**admin.site.each_context(request), "title": title, "trail": trail}
