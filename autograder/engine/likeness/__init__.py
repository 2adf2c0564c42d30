"""Which submissions of a class are too alike, for a person to look at. Nothing here is a verdict, and nothing runs."""
