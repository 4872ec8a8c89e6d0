"""x."""
def kernel(*a): return None
