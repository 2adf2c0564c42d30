"""Whether an answer is right: test cases with the reference's answers, the judges of the checks, and closeness."""
