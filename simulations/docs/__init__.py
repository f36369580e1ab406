"""What is generated in docs/: the client's API reference from the OpenAPI document, the picture from the plan."""
