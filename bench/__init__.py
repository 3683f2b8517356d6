"""Benchmarks: a province far larger than the real one, and what its slow places cost."""
