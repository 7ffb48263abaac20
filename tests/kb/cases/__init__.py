"""Cases: clocks, reports, what happens to them, who sees what."""
