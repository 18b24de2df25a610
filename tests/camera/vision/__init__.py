"""What vision makes of pictures."""
