from django.db import models
from django.db.models import Q

from accounts.models import Program


class ContactQuerySet(models.QuerySet["Contact"]):
    """Questions about many contacts."""

    def same_person(self, contact: "Contact") -> "ContactQuerySet":
        """Keep a contact and whoever gave its e-mail address: somebody with another phone (L24).

        Within its program, where nobody else has its phone.
        """
        same = Q(pk=contact.pk)
        if contact.email:
            same |= Q(email=contact.email)
        return self.filter(same, program=contact.program_id)


class Contact(models.Model):
    """The consumer behind a lead, known by phone or e-mail within one program."""

    program = models.ForeignKey(Program, models.PROTECT, related_name="contacts")
    name = models.CharField(max_length=150)
    phone = models.CharField(max_length=16, blank=True, help_text="E.164, such as +14045550142.")
    email = models.EmailField(blank=True)
    phone_verified_at = models.DateTimeField(null=True, blank=True)
    do_not_call_at = models.DateTimeField(null=True, blank=True)
    terminated_at = models.DateTimeField(null=True, blank=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["program", "phone"], condition=~Q(phone=""), name="contact_once_a_phone"
            ),
            models.UniqueConstraint(
                fields=["program", "email"],
                condition=Q(phone="") & ~Q(email=""),
                name="contact_without_phone_once_an_email",
            ),
            models.CheckConstraint(
                condition=~Q(phone="", email=""), name="contact_has_phone_or_email"
            ),
        ]
        indexes = [
            models.Index(
                fields=["program", "email"], condition=~Q(email=""), name="contact_by_email"
            ),
        ]

    def __str__(self) -> str:
        return self.name
