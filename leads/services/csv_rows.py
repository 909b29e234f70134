"""The rows of a CSV file, whatever program saved it, one at a time (trap 31)."""

import csv
from collections import deque
from collections.abc import Iterator
from typing import TextIO

from django.utils.translation import gettext as _

LONGEST_LINE = 100_000  # characters
MOST_LINES = 20  # of one row; more mean that a quotation mark was left open
DELIMITERS = ",;\t"


class FileRefused(Exception):
    """A file that nothing can be imported from."""


class _TooLong(Exception):
    """A row that doesn't end where rows end."""


def rows(file: TextIO, *, most_lines: int = MOST_LINES) -> Iterator[tuple[int, list[str] | None]]:
    """Yield each row with the line where it begins; None for one that can't be told apart.

    Blank rows are left out. Raises FileRefused for a file without a line that can be a header.
    """
    lines = _Lines(file, most_lines)
    reader = csv.reader(lines, delimiter=_delimiter(lines), strict=True, skipinitialspace=True)
    row: list[str] | None = []
    while row is not None:
        lines.next_row()
        begins = lines.number + 1
        try:
            row = next(reader, None)
        except (csv.Error, _TooLong):
            # The lines after a quotation mark that was left open may be good rows.
            lines.take_back(keep=1)
            yield begins, None
            row = []
        if row and any(cell.strip() for cell in row):
            yield begins, row


class _Lines:
    """Hands lines to the CSV reader and can take back those of a row that went wrong."""

    def __init__(self, file: TextIO, most_lines: int) -> None:
        self.file = file
        self.most_lines = most_lines
        self.taken_back: deque[str] = deque()
        self.of_row: list[str] = []
        self.number = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if len(self.of_row) == self.most_lines:
            raise _TooLong
        line = self.taken_back.popleft() if self.taken_back else self._read()
        if not line:
            raise StopIteration
        self.number += 1
        self.of_row.append(line)
        if len(line) > LONGEST_LINE:
            raise _TooLong
        return line

    def _read(self) -> str:
        line = piece = self.file.readline(LONGEST_LINE + 1)
        while piece and piece[-1] not in "\r\n":
            piece = self.file.readline(LONGEST_LINE)
        return line

    def next_row(self) -> None:
        """Forget the lines of the row before."""
        self.of_row.clear()

    def take_back(self, *, keep: int) -> None:
        """Hand out the lines of this row again, save the first ``keep``."""
        again = self.of_row[keep:]
        self.taken_back.extendleft(reversed(again))
        self.number -= len(again)
        self.of_row.clear()


def _delimiter(lines: _Lines) -> str:
    """Look at the first line that is not blank, and leave it to be read."""
    try:
        for line in lines:
            if "\0" in line:
                raise FileRefused(_("The file is not text in UTF-8 or UTF-16."))
            if line.strip():
                lines.take_back(keep=len(lines.of_row) - 1)
                return max(DELIMITERS, key=line.count)
            lines.next_row()
    except _TooLong as error:
        raise FileRefused(_("The first line is too long for a header.")) from error
    raise FileRefused(_("The file is empty."))
