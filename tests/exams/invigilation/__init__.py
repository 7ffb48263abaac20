"""Sessions, bookings and the door; the invigilator's board and what he may do."""
