"""The embedded platform's services: how each is prepared, started, and known to be ready."""
