"""Records as the two sides agreed on them. A new entity is a new module here, named in `registry`."""
