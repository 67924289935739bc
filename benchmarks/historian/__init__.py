"""Parts of the benchmarks of the history: a made-up day, and other stores to compare with."""
