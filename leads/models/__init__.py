from leads.models.catalogue import Campaign, Category, LeadSeller, Price
from leads.models.contact import Contact
from leads.models.lead import Lead
from leads.models.recording_mark import RecordingMark
from leads.models.sale import CallRecording, ContactAttempt, ContactForPro, LeadSale, Quote

__all__ = [
    "CallRecording",
    "Campaign",
    "Category",
    "Contact",
    "ContactAttempt",
    "ContactForPro",
    "Lead",
    "LeadSale",
    "LeadSeller",
    "Price",
    "Quote",
    "RecordingMark",
]
