"""What the page asks of the server, and the arrays and numbers that answer it."""
