"""The takeover as a small formal model, checked exhaustively: see ADR 0026 and docs/model.md."""
