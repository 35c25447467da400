"""People at the seat: who is signed in, with what proof, on whose word, and where their file lies."""
