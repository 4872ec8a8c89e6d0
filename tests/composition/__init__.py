"""Relations that every sum of terms must satisfy, and the machine that draws the sums."""
