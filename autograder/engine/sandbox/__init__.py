"""Runs student code in processes of its own. Everything here is the grader's side; `worker/` is the student's side."""
