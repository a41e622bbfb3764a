"""What keeps a process alive: a heart that others hear, loops that begin anew, suspects alone."""
