"""Companies and their people: sign-up, roles, device tokens, isolation and the audit trail."""
