import django.contrib.admin.apps as admin_apps


class MakegoodAdminConfig(admin_apps.AdminConfig):
    """Django's admin with our own site, which registers what the verification team needs."""

    default_site = "refunds.admin.site.MakegoodAdminSite"
