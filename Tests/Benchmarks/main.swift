// Replaced by the benchmark runner.
print("no benchmarks yet")
