"""What the verbs of `python -m custom` share: their parser and options, and what they say in the terminal."""
