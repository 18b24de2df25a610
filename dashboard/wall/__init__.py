"""The video wall: scenes drawn here, turned by the server's clock, on displays that nobody touches."""
