"""The ledger's rules: money, accounts, transfers. Pure; what stores them is an adapter."""
