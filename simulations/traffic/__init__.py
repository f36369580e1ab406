"""What API clients of the hub do: messages sent over HTTP, answers awaited."""
