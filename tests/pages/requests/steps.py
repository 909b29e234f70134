"""What the pages of a request are asked with."""

from collections.abc import Callable

from django.test import Client

from accounts.models import User
from refunds.models import RefundRequest

SignIn = Callable[[User], Client]


Draw = Callable[[str], RefundRequest]
