"""Whether an answer is right, and what mistake explains a wrong one: instances, checks, closeness, diagnosis."""
