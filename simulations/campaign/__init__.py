"""The campaign: every effect of every function failed, lost and followed by death; random schedules on top.

The hub is deployed by the unchanged program into an embedded cloud. Only what delivers messages to functions is the
campaign's own: it decides what is delivered when, and lets each effect (an AWS call, a transaction of the ledger)
happen, fail, or be the process's last.
"""
