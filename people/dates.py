"""Counting in months. Pure."""

import calendar
import datetime


def add_months(day: datetime.date, months: int) -> datetime.date:
    """Return the same day so many months later, clipped: 31 January + 1 month is 28 or 29 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day.replace(year=year, month=month + 1, day=min(day.day, calendar.monthrange(year, month + 1)[1]))
