"""Components, sentences and tokens."""
