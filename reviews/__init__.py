"""Review cycles, agendas, minutes, action items and reminders."""
