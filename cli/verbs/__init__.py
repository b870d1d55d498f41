"""The verbs of the command, one module each: options in, a report out; the work is in the lower packages."""
