"""The payment hub: the message path and what it stores."""
