"""The shape of an uploaded file of claims. No queries in here."""

from django import forms
from django.utils.translation import gettext_lazy


class ClaimsFileForm(forms.Form):
    """One CSV file."""

    file = forms.FileField(
        label=gettext_lazy("The file that you filled in"),
        help_text=gettext_lazy("A CSV file, as your spreadsheet saves it."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv"}),
        error_messages={
            "required": gettext_lazy("Choose the file that you filled in."),
            "invalid": gettext_lazy("Choose the file that you filled in."),
            "missing": gettext_lazy("Choose the file that you filled in."),
            "empty": gettext_lazy("The file is empty."),
        },
    )
