"""From a file or folder to a Submission. Reads and repairs; never executes and never follows a link."""
