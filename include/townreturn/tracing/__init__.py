"""Tracing (溯源): a published figure back to the files, sheets and cells that it was made from."""
