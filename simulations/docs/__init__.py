"""What is generated in docs/: the API reference from the OpenAPI document, the picture from the plan, the attacks."""
