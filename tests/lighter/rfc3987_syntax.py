"""In place of the package of this name, which jsonschema goes without: it takes a second to import, and no schema of a notebook asks for it."""

raise ImportError("left out, for commands of tests")
