"""How a sale is charged: as the policy of its own moment says, however late it comes in."""

from collections import defaultdict
from datetime import datetime
from pathlib import Path

from accounts.models import Program
from leads.services import intake
from leads.services.sell import ChargeModeAt
from refunds.documents import policy_of
from refunds.models import PolicyVersion

Mode = Program.ChargeMode


def import_sales(*, path: Path, report_path: Path) -> intake.Summary:
    """Import a file of sales and charge each as on its day: see ``intake.import_sales``."""
    return intake.import_sales(path=path, report_path=report_path, charge_mode_at=published_modes())


def published_modes() -> ChargeModeAt:
    """Return what says how a program charged at an instant, by its policy then (P4, X28).

    Reads all published versions once, in 1 query: rows ask without any. What is published later
    holds for later sales only. A program's first version also covers what was sold before it, as
    everywhere (``in_force``); one without a policy charges as its row says.
    """
    starts: defaultdict[int, list[tuple[datetime, Mode]]] = defaultdict(list)
    published = PolicyVersion.objects.filter(published_at__isnull=False)
    for version in published.order_by("effective_from"):
        mode = Mode(policy_of(version).charge_mode)
        starts[version.program_id].append((version.effective_from, mode))

    def mode_at(program: Program, sold_at: datetime) -> Mode:
        own = starts.get(program.pk)
        if not own:
            return Mode(program.charge_mode)
        begun = [mode for since, mode in own if since <= sold_at]
        return begun[-1] if begun else own[0][1]

    return mode_at
