"""Every statement of the ledger: in the part of PostgreSQL's language that Aurora DSQL takes.

None of them needs a foreign key, a sequence, a trigger, a savepoint, TRUNCATE or a temporary table
(docs.aws.amazon.com/aurora-dsql, "Unsupported PostgreSQL features"); a test holds each against those rules.
"""

ANSWER = "SELECT 1"
# To the database a cancelled reservation is a voided one; that it was cancelled, another table says.
RESERVATION = """
SELECT CASE WHEN c.transaction_id IS NULL THEN r.state ELSE 'cancelled' END, r.decisions
FROM ledger.reservations AS r LEFT JOIN ledger.cancellations AS c ON c.transaction_id = r.transaction_id
WHERE r.transaction_id = %s
"""
ACCOUNTS = """
SELECT participant, currency, net_debit_cap_minor, balance_minor, reserved_minor
FROM ledger.accounts WHERE participant = ANY(%s)
"""
TAKEN = "SELECT identity FROM ledger.payment_identities WHERE identity = ANY(%s)"
# The row is read and written in the same transaction: two transactions that reserve on one account conflict, whichever
# Regions they are in, and the second is tried again on what the first left. The account's own CHECK says it once more.
HOLD = "UPDATE ledger.accounts SET reserved_minor = reserved_minor + %s WHERE participant = %s AND currency = %s"
ADD_IDENTITIES = """
INSERT INTO ledger.payment_identities (identity, transaction_id)
SELECT identity, %s FROM unnest(%s::text[]) AS given (identity)
"""
ADD_TRANSFERS = """
INSERT INTO ledger.transfers (transaction_id, position, debtor, creditor, currency, amount_minor, identities)
SELECT %s, position, debtor, creditor, currency, amount_minor, identities
FROM unnest(%s::integer[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::text[])
AS given (position, debtor, creditor, currency, amount_minor, identities)
"""
ADD_RESERVATION = "INSERT INTO ledger.reservations (transaction_id, state, decisions) VALUES (%s, %s, %s)"

# Posted or voided, never both: of two writers that find it reserved, one changes the row, and the other conflicts.
END = """
UPDATE ledger.reservations SET state = %s, ended_at = CURRENT_TIMESTAMP
WHERE transaction_id = %s AND state = 'reserved'
"""
TRANSFERS = """
SELECT position, debtor, creditor, currency, amount_minor, identities
FROM ledger.transfers WHERE transaction_id = %s ORDER BY position
"""
ADD_POSTINGS = """
INSERT INTO ledger.postings (participant, currency, transaction_id, position, side, amount_minor)
SELECT participant, currency, %s, position, side, amount_minor
FROM unnest(%s::text[], %s::text[], %s::integer[], %s::text[], %s::bigint[])
AS given (participant, currency, position, side, amount_minor)
"""
SETTLE = """
UPDATE ledger.accounts SET balance_minor = balance_minor + %s, reserved_minor = reserved_minor - %s
WHERE participant = %s AND currency = %s
"""
FREE_IDENTITIES = "DELETE FROM ledger.payment_identities WHERE transaction_id = %s AND identity = ANY(%s)"

BEARERS = "SELECT DISTINCT transaction_id FROM ledger.payment_identities WHERE identity = ANY(%s)"
ORIGINALS = """
SELECT t.position, t.debtor, t.creditor, t.currency, t.amount_minor, t.identities, t.transaction_id,
    CASE WHEN c.transaction_id IS NULL THEN r.state ELSE 'cancelled' END, b.transaction_id IS NOT NULL
FROM ledger.transfers AS t
JOIN ledger.reservations AS r ON r.transaction_id = t.transaction_id
LEFT JOIN ledger.cancellations AS c ON c.transaction_id = t.transaction_id
LEFT JOIN ledger.returns AS b ON b.original_transaction_id = t.transaction_id AND b.original_position = t.position
WHERE t.transaction_id = ANY(%s) ORDER BY t.transaction_id, t.position
"""
ADD_CANCELLATION = "INSERT INTO ledger.cancellations (transaction_id, requested_by) VALUES (%s, %s)"
CANCELLATION = """
SELECT r.decisions, c.requested_by, c.cancelled_at
FROM ledger.cancellations AS c JOIN ledger.reservations AS r ON r.transaction_id = c.transaction_id
WHERE c.transaction_id = %s
"""
# The primary key is what makes a return happen once: of two that name one payment, whichever Regions they are in, one
# adds the row, and the other conflicts and then finds it.
ADD_RETURNS = """
INSERT INTO ledger.returns (original_transaction_id, original_position, transaction_id, position)
SELECT original_transaction_id, original_position, %s, position
FROM unnest(%s::text[], %s::integer[], %s::integer[])
AS given (original_transaction_id, original_position, position)
"""
FREE_RETURNS = "DELETE FROM ledger.returns WHERE original_transaction_id = ANY(%s) AND transaction_id = %s"

ALL_ACCOUNTS = """
SELECT participant, currency, net_debit_cap_minor, balance_minor, reserved_minor
FROM ledger.accounts ORDER BY participant, currency
"""
POSTED = "SELECT participant, currency, sum(amount_minor)::bigint FROM ledger.postings GROUP BY participant, currency"
OPEN = """
SELECT t.debtor, t.currency, sum(t.amount_minor)::bigint
FROM ledger.transfers AS t JOIN ledger.reservations AS r ON r.transaction_id = t.transaction_id
WHERE r.state = 'reserved' GROUP BY t.debtor, t.currency
"""
ISOLATION = "SHOW transaction_isolation"
