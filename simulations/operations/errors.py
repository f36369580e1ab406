"""What an operator's command may run into."""


class StoresUnknown(Exception):
    """The deployment does not tell where its stores are."""


class UnknownQueue(Exception):
    """A queue or Region that the deployment does not have."""


class QueueUnreachable(Exception):
    """A queue does not answer, or refuses."""


class NotToBeGivenBack(Exception):
    """A Region cannot lead itself again, now. One line: which, what speaks against it, what was expected."""


class StreamUnreachable(Exception):
    """An event stream cannot be read."""


class RotationRefused(Exception):
    """A client's secret cannot be exchanged as asked. One line: whose, what speaks against it, what was expected."""


class IdentityUnknown(Exception):
    """Nobody says in whose name an operator's command acts."""


class UnusableMoment(Exception):
    """A moment that an operator named and that cannot be used. One line: what, and what was expected."""


class NothingToLookFor(Exception):
    """Messages that name no party: a scan for nothing would find nothing."""


class UnusableKey(Exception):
    """What should be the audit key is not. One line: where, what, and what was expected."""


class UnusableExport(Exception):
    """What should be an export of the audit chains is not. One line: where, and what was expected."""
