"""Sweeps as the clock would, in a process of its own: ``sweep.py CHUNK FOLDER CHUNKS``.

Once so many chunks are done it hangs in the middle of the next: its transfers are written, nothing
is committed. It leaves a file in the folder when it begins, and when it hangs.
"""

import sys
import time
from pathlib import Path

import django

BEGUN = "begun"
HANGING = "hanging"


def main(chunk: str, folder: str, chunks: str) -> None:
    """Credit what is due in chunks of a size."""
    from refunds.services import automatic  # noqa: PLC0415 (after the apps are ready)

    automatic.CHUNK = int(chunk)
    hang_after(int(chunks), Path(folder))
    (Path(folder) / BEGUN).touch()
    automatic.credit_due()


def hang_after(chunks: int, folder: Path) -> None:
    """Let the money of so many chunks move, and hang with that of the next."""
    from refunds.services import money  # noqa: PLC0415 (after the apps are ready)

    credit_in_full = money.credit_in_full
    left = iter(range(chunks, -1, -1))

    def credit_and_hang(*args: object, **kwargs: object) -> object:
        transfers = credit_in_full(*args, **kwargs)  # type: ignore[arg-type] # passed on as it came
        if next(left) == 0:
            (folder / HANGING).touch()
            time.sleep(600)
        return transfers

    money.credit_in_full = credit_and_hang  # type: ignore[assignment] # likewise


if __name__ == "__main__":
    django.setup()
    main(*sys.argv[1:])
