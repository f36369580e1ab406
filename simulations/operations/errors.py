"""What an operator's command may run into."""


class UnknownQueue(Exception):
    """A queue or Region that the deployment does not have."""


class QueueUnreachable(Exception):
    """A queue does not answer, or refuses."""
