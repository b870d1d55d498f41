"""Attacks of every reader, writer, verb and route with damaged bytes: see docs/fuzzing.md."""
