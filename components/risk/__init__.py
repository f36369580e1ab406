"""The risk assessment engine: signals, the flow that decides, the model that it may ask, who is told."""
