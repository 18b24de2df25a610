"""Pure maths of figures: ranks, distances, explanations, findings, freshness, folding. No I/O; no text for people but refusals to fold."""
