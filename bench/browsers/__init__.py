"""Browsers that take part in meetings as people do: for the demonstration, the journey tests and the benchmarks."""
