from django.contrib.admin import AdminSite


class MakegoodAdminSite(AdminSite):
    """The verification team's admin."""
