"""What a fact is: its body, its link in a chain, its kind, and the tables made from it."""
