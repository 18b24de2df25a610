"""Pure maths of figures: ranks, distances, explanations, findings, freshness. No I/O, no text for people."""
