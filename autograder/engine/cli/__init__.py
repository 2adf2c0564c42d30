"""The command line: `main` declares the commands, and each other module is the body of one, imported when it runs."""
