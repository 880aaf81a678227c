"""Pages about organizations, members, invitations and advisors."""
