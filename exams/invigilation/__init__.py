"""Sessions of exams: who is booked and let in, who watches, and what an invigilator may do while people work."""
