"""Quality and speed of the library, measured by one set of definitions; see README.md beside this."""
