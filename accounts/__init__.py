"""People and organizations: users, memberships and roles, invitations, advisory assignments."""
