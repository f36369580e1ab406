"""Who may do what: participants' identities and the identities of functions."""
