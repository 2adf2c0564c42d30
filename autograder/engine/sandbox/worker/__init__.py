"""The student's side: the process in which student code runs. It imports nothing of the kit outside this folder."""
