"""What is done about people: memberships, invitations, delegations. Each writes its event to the log."""
